import { expect, test } from 'vitest';
import { withLab } from '../../../support/packet-lab.ts';
import { analyseCapture } from '../../../support/tcp-capture.ts';

/**
 * How long a receive window stood at zero, against the receiver's own account of it (the window in its kernel, looked at all the time). tshark
 * is no oracle here: it does not time it.
 */
test.each([
  ['once', [800]],
  ['three times', [300, 50, 400]],
])('the time at zero window is within 1 ms of what the reader did that stopped %s', async (_, stallsMs) => {
  await withLab({}, async (lab) => {
    const capture = await lab.capture({ at: 'server', filter: 'tcp', nanoseconds: true });
    const server = lab.start('server', 'python3', [
      ...[lab.fixture('stall.py'), lab.server.ipv4, '16384'],
      ...stallsMs.map(String),
    ]);
    const [, port = ''] = await server.says(/listening (\d+)/);
    const client = lab.node(
      'client',
      `net.connect(+args[1], args[0]).end(Buffer.alloc(400_000, 'data '));`,
      ...[lab.server.ipv4, port],
    );
    await server.says(/over/);
    await client.ended();
    const { stdout } = await server.ended();
    const { streams } = analyseCapture(await capture.stop());
    const measured = streams[0]!.conversation.summary().ends.b;

    const changes = [...stdout.matchAll(/^(open|closed) ([\d.]+) ([\d.]+)$/gm)].map(([, what, from, to]) => ({
      what,
      from: Number(from),
      to: Number(to),
    }));
    const stalls = changes
      .filter(({ what }) => what === 'closed')
      .map((closed, at) => ({ closed, open: changes[2 * at + 1]! }));
    expect(stalls.length).toBeGreaterThanOrEqual(stallsMs.length);
    expect(stalls.every(({ open }) => open.what === 'open')).toBe(true);
    // A change came between two looks, so that the truth is between these two.
    const least = stalls.map(({ closed, open }) => Math.max(0, open.from - closed.to));
    const most = stalls.map(({ closed, open }) => open.to - closed.from);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

    expect(measured.zeroWindows).toBe(stalls.length);
    expect(measured.zeroWindowUs).toBeGreaterThan(sum(least) - 1000);
    expect(measured.zeroWindowUs).toBeLessThan(sum(most) + 1000);
    expect(measured.longestZeroWindowUs).toBeGreaterThan(Math.max(...least) - 1000);
    expect(measured.longestZeroWindowUs).toBeLessThan(Math.max(...most) + 1000);
    expect(sum(least)).toBeGreaterThan(sum(stallsMs) * 1000 - 1000);
  });
});
