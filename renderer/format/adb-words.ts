import type { AdbDevice } from '../../core/contract/adb.ts';
import type { AdbAction } from '../state/adb.ts';

const connectionWords: Readonly<Record<AdbDevice['connection'], string>> = {
  usb: 'USB',
  wifi: 'Wi-Fi',
  emulator: 'emulator',
};

/** `Android 14 · USB`. */
export function adbSystemWords({ android, connection }: Pick<AdbDevice, 'android' | 'connection'>): string {
  return `${android === null ? 'Android' : `Android ${android}`} · ${connectionWords[connection]}`;
}

/** Where its traffic goes, behind “Proxy”. */
export function adbProxyWords({ proxy, proxyAddress }: Pick<AdbDevice, 'proxy' | 'proxyAddress'>): string {
  switch (proxy) {
    case 'none':
      return 'None';
    case 'ours':
      return `${proxyAddress ?? ''}, which leads here`;
    case 'cut':
      return `${proxyAddress ?? ''}, which leads here no more: it reaches nothing`;
    case 'other':
      return `${proxyAddress ?? ''}, not set by Plumbline`;
    default:
      return proxy satisfies never;
  }
}

/** Whether it trusts the certificate, behind “Certificate”. */
export function adbCertificateWords({
  hasCertificate,
  install,
  installText,
}: Pick<AdbDevice, 'hasCertificate' | 'install' | 'installText'>): string {
  if (hasCertificate) return 'Among those of the system until it restarts';
  switch (install) {
    case 'system':
      return 'Not among those of the system';
    case 'by-hand':
      return 'To be installed by hand; only the device knows whether it is';
    case 'none':
      return installText;
    default:
      return install satisfies never;
  }
}

/** What goes on while it is done. */
export const adbRunningWords: Readonly<Record<AdbAction, string>> = {
  useProxy: 'Setting the proxy …',
  stopProxy: 'Taking the proxy off …',
  installCertificate: 'Installing the certificate; the device may ask on its screen …',
  removeCertificate: 'Removing the certificate; the device may ask on its screen …',
  openPortal: 'Opening the page …',
};
