import { expect, test } from 'vitest';
import { withLab, type PacketLabOptions } from '../../../support/packet-lab.ts';
import { analyseCapture } from '../../../support/tcp-capture.ts';

/** Longer than anything else here takes, shorter than a delayed ACK of Linux (40 ms). */
const DELAYED_US = 30_000;
const requests = 30;

/** Every request that the client itself saw wait for a delayed ACK is found, and no other: with Nagle's algorithm and without it. */
test.each<[string, PacketLabOptions]>([
  ['on a quick wire', {}],
  ['on a wire with a delay', { toServer: { delayMs: 8 }, toClient: { delayMs: 8 } }],
])('what Nagle and delayed ACKs held back is counted as the client felt it, %s', async (_, options) => {
  const wayUs = (options.toServer?.delayMs ?? 0) * 2000;
  await withLab(options, async (lab) => {
    const capture = await lab.capture({ at: 'client', filter: 'tcp', nanoseconds: true });
    const script = lab.fixture('two-writes.py');
    const server = lab.start('server', 'python3', [script, 'server', lab.server.ipv4]);
    const [, port = ''] = await server.says(/listening (\d+)/);
    const felt: number[] = [];
    for (const noDelay of ['0', '1']) {
      const args = [script, 'client', lab.server.ipv4, port, String(requests), noDelay];
      const { stdout } = await lab.run('client', 'python3', args);
      const took = [...stdout.matchAll(/took (\d+)/g)].map(([, us]) => Number(us) - wayUs);
      expect(took).toHaveLength(requests);
      felt.push(took.filter((us) => us > DELAYED_US).length);
    }
    expect(felt[0]).toBeGreaterThan(requests / 2);
    expect(felt[1]).toBe(0);
    const { streams } = analyseCapture(await capture.stop());
    const summaries = streams.map(({ conversation }) => conversation.summary());
    expect(summaries.map(({ nagleDelays }) => nagleDelays)).toEqual(felt);
    const eachUs = (summaries[0]?.nagleDelayUs ?? 0) / (felt[0] ?? 1);
    expect(eachUs).toBeGreaterThan(35_000);
    expect(eachUs).toBeLessThan(60_000 + wayUs);
  });
});
