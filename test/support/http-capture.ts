import { pcapOf, synOptions, tcpFrame, type TcpFields, type TimedFrame } from './frame-bytes.ts';

export const requestText = 'GET /plumb?line=1 HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n\r\n';
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\n';
const startUs = 1_795_000_000_000_000;

/** One HTTP exchange on a TCP connection of its own, frames 1 ms apart: 4 is the request, 6 and 7 are the answer. */
export function httpFrames(
  clientPort = 40_000,
  serverPort = 80,
  fromUs = startUs,
  isn = 1000,
): readonly TimedFrame[] {
  const there = {
    from: '192.0.2.1',
    to: '198.51.100.7',
    sourcePort: clientPort,
    destinationPort: serverPort,
  };
  const back = { from: '198.51.100.7', to: '192.0.2.1', sourcePort: serverPort, destinationPort: clientPort };
  const asked = isn + 1 + requestText.length;
  const answered = 5001 + head.length;
  const steps: readonly TcpFields[] = [
    { ...there, seq: isn, flags: 'S', options: synOptions },
    { ...back, seq: 5000, ack: isn + 1, flags: 'SA', options: synOptions },
    { ...there, seq: isn + 1, ack: 5001, flags: 'A' },
    { ...there, seq: isn + 1, ack: 5001, flags: 'PA', payload: requestText },
    { ...back, seq: 5001, ack: asked, flags: 'A' },
    { ...back, seq: 5001, ack: asked, flags: 'PA', payload: head },
    { ...back, seq: answered, ack: asked, flags: 'PA', payload: 'hello world' },
    { ...there, seq: asked, ack: answered + 11, flags: 'FA' },
    { ...back, seq: answered + 11, ack: asked + 1, flags: 'FA' },
    { ...there, seq: asked + 1, ack: answered + 12, flags: 'A' },
  ];
  return steps.map((step, index) => ({ atUs: fromUs + index * 1000, bytes: tcpFrame(step) }));
}

export function httpCapture(): Uint8Array {
  return pcapOf(httpFrames());
}
