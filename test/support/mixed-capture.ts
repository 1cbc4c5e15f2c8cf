import { Buffer } from 'node:buffer';
import {
  dnsOf,
  ethernetOf,
  ipFrame,
  pcapOf,
  synOptions,
  tcpFrame,
  udpFrame,
  type TcpFields,
  type TimedFrame,
} from './frame-bytes.ts';
import { httpFrames } from './http-capture.ts';

const clientV6 = '2001:db8::1';
const serverV6 = '2001:db8:0:1::25';
const startUs = 1_795_000_000_000_000;

/**
 * A little of everything that a display filter may ask for: HTTP on two connections of the same ports, loss and its repair, a closed window, IPv6,
 * a tag, DNS, ARP, errors of ICMP about UDP and TCP, a connection whose beginning is missing, a frame that was cut.
 */
export function mixedCapture(): Uint8Array {
  return pcapOf(mixedFrames());
}

export function mixedFrames(): readonly TimedFrame[] {
  const frames = [...httpFrames().map(({ bytes }) => bytes)];
  const add = (...more: readonly Uint8Array[]): void => void frames.push(...more);
  const there = (fields: Pick<TcpFields, 'seq' | 'flags'> & Partial<TcpFields>): Uint8Array =>
    tcpFrame({ from: '10.0.0.5', to: '10.0.1.9', sourcePort: 50_123, destinationPort: 5432, ...fields });
  const back = (fields: Pick<TcpFields, 'seq' | 'flags'> & Partial<TcpFields>): Uint8Array =>
    tcpFrame({
      from: '10.0.1.9',
      to: '10.0.0.5',
      sourcePort: 5432,
      destinationPort: 50_123,
      ttl: 63,
      ...fields,
    });
  add(there({ seq: 4_294_967_290, flags: 'S', options: synOptions }));
  add(back({ seq: 77, ack: 4_294_967_291, flags: 'SA', options: synOptions }));
  add(there({ seq: 4_294_967_291, ack: 78, flags: 'A', window: 502 }));
  add(there({ seq: 4_294_967_291, ack: 78, flags: 'PA', payload: 'x'.repeat(100), window: 502 }));
  add(there({ seq: 95 + 100, ack: 78, flags: 'PA', payload: 'z'.repeat(100), window: 502 }));
  for (let copy = 0; copy < 3; copy++) add(back({ seq: 78, ack: 95, flags: 'A', window: 400 }));
  add(there({ seq: 95, ack: 78, flags: 'PA', payload: 'y'.repeat(100), window: 502 }));
  add(back({ seq: 78, ack: 295, flags: 'A', window: 0 }));
  add(back({ seq: 78, ack: 295, flags: 'A', window: 300 }));
  add(there({ seq: 4_294_967_291, ack: 78, flags: 'PA', payload: 'x'.repeat(100), window: 502 }));
  add(there({ seq: 295, ack: 78, flags: 'R' }));
  add(...httpFrames(40_000, 80, startUs, 900_000).map(({ bytes }) => bytes));
  const v6 = { from: clientV6, to: serverV6, sourcePort: 41_000, destinationPort: 443 };
  add(tcpFrame({ ...v6, seq: 1, flags: 'S', options: synOptions, ttl: 255 }));
  add(
    tcpFrame({
      from: serverV6,
      to: clientV6,
      sourcePort: 443,
      destinationPort: 41_000,
      seq: 9,
      ack: 2,
      flags: 'RA',
    }),
  );
  add(
    tcpFrame(
      {
        from: '10.0.0.5',
        to: '10.0.0.6',
        sourcePort: 1024,
        destinationPort: 8080,
        seq: 5,
        ack: 6,
        flags: 'PAUEC',
        payload: 'half',
      },
      42,
    ),
  );
  add(udpFrame('10.0.0.5', '10.0.0.53', 33_333, 53, dnsOf(7, 'shop.test')));
  add(udpFrame('10.0.0.53', '10.0.0.5', 53, 33_333, dnsOf(7, 'shop.test', '10.0.1.9')));
  const lost = udpFrame('10.0.0.5', '172.16.3.4', 33_334, 9999, Buffer.from('anybody?'));
  add(lost);
  add(
    ipFrame(
      '172.16.3.4',
      '10.0.0.5',
      1,
      Buffer.concat([Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), lost.subarray(14)]),
    ),
  );
  const refused = there({ seq: 1, flags: 'S', options: synOptions, destinationPort: 81 });
  add(refused);
  add(
    ipFrame(
      '10.0.0.1',
      '10.0.0.5',
      1,
      Buffer.concat([Uint8Array.of(11, 0, 0, 0, 0, 0, 0, 0), refused.subarray(14)]),
    ),
  );
  add(ipFrame('10.0.0.5', '10.0.0.1', 1, Uint8Array.of(8, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4)));
  add(ipFrame(serverV6, clientV6, 58, Uint8Array.of(128, 0, 0, 0, 0, 1, 0, 1, 1, 2, 3, 4)));
  add(
    ethernetOf(0x0806, Buffer.from('00010800060400010200000000010a000005000000000000' + '0a000001', 'hex')),
  );
  const timed = frames.map((bytes, index) => ({ atUs: startUs + index * index * 1500, bytes }));
  timed.push({ ...timed[3]!, atUs: startUs + 9e6, bytes: timed[3]!.bytes.subarray(0, 60) });
  return timed.map((frame, index) => (index === timed.length - 1 ? { ...frame, originalBytes: 900 } : frame));
}
