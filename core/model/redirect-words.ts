import type { UdpCounts } from './udp-counts.ts';

/** Why no row here is HTTP/3, for where people look for it. */
export const quicWords =
  'HTTP/3 runs over QUIC, which runs over UDP, and a proxy that programs are told about never gets UDP: clients use HTTP/2 or HTTP/1.1 over TCP with it. In transparent mode Plumbline refuses UDP port 443, so that clients fall back to TCP.';

/** What is said beside it while connections are redirected; null when there is nothing to say yet. */
export function refusedQuicWords({ quicRefused }: UdpCounts): string | null {
  if (quicRefused === 0) return null;
  const datagrams = quicRefused === 1 ? '1 datagram' : `${quicRefused.toLocaleString('en-GB')} datagrams`;
  return `${datagrams} to UDP port 443 refused: a client tried HTTP/3 and was sent to TCP.`;
}

/** Said where UDP other than DNS and QUIC had nowhere to go; null when there was none. */
export function droppedUdpWords({ dropped }: UdpCounts): string | null {
  if (dropped === 0) return null;
  const datagrams = dropped === 1 ? '1 datagram' : `${dropped.toLocaleString('en-GB')} datagrams`;
  return `${datagrams} of other UDP went nowhere: the program's network carries TCP and DNS only. Calls and games that need UDP do not work in it.`;
}

/**
 * What to do about programs that ignore proxies on systems where Plumbline redirects nothing; null on Linux, where it
 * does. `platform` is Node's name of the system.
 */
export function redirectElsewhere(platform: string): string | null {
  switch (platform) {
    case 'linux':
      return null;
    case 'darwin':
      return 'Plumbline redirects connections on Linux only. On macOS, set the proxy for all programs that follow the system: networksetup -setwebproxy and -setsecurewebproxy, or System Settings, Network, Details, Proxies. Rules of pf (rdr) could redirect the rest, but only root may ask pf where a connection was going, so Plumbline does not use them. For a program that ignores both, use a tool that makes a network interface and forwards to a SOCKS proxy, such as tun2socks or Proxifier, and give it the address of Plumbline.';
    case 'win32':
      return 'Plumbline redirects connections on Linux only: on Windows that takes a driver (WinDivert), which it does not ship. Set the proxy for all programs that follow the system in Settings, Network and internet, Proxy; for services, use netsh winhttp set proxy. For a program that ignores both, use a tool that makes a network interface and forwards to a SOCKS proxy, such as tun2socks or Proxifier, and give it the address of Plumbline. In WSL, a program runs redirected as on Linux.';
    default:
      return 'Plumbline redirects connections on Linux only. Set the proxy in the program, or in the environment variables http_proxy and https_proxy.';
  }
}
