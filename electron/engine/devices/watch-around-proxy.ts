import type { ConversationRow } from '../../../core/contract/packets.ts';
import { aroundProxyOf } from './around-proxy.ts';
import type { PairedDevices, PairedOne } from './paired-devices.ts';

/** How often captured packets are looked at. */
const lookEveryMs = 2000;
/** A device that has sent nothing for so long is not being set up. */
const settingUpUs = 600_000_000;

/** Notes HTTP/3 of devices that trust us and were not read yet, as far as packets are captured. Returns what ends it; it keeps no process alive. */
export function watchAroundProxy(
  { list, note }: Pick<PairedDevices, 'list' | 'note'>,
  captured: (address: string) => Promise<readonly ConversationRow[]> | null,
  nowUs: () => number,
): () => void {
  /** Devices whose conversations are being asked for. */
  const asking = new Set<PairedOne>();
  const look = (one: PairedOne): void => {
    const { address, facts, seenAtUs } = one.record;
    const { trustedAtUs, decrypted, aroundProxy } = facts;
    if (trustedAtUs === null || decrypted !== null || nowUs() - seenAtUs > settingUpUs) return;
    const asked = asking.has(one) ? null : captured(address);
    if (asked === null) return;
    asking.add(one);
    void asked.then((conversations) => {
      asking.delete(one);
      const found = aroundProxyOf(
        conversations,
        address,
        Math.max(trustedAtUs, (aroundProxy?.atUs ?? 0) + 1),
      );
      if (found !== null) note(one, { type: 'around-proxy', host: found.host });
    });
  };
  const timer = setInterval(() => list().forEach(look), lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
