import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dial } from '../../../../electron/engine/proxy/dial.ts';
import { openClosedPort } from '../../../support/closed-port.ts';
import { nodeScript } from '../../../support/redirect.ts';
import { startProgram } from '../../../support/program.ts';

const nothingRefused = () => null;

describe('a dial', () => {
  it('reaches whoever listens, and is refused where nobody does', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const reached = await dial('127.0.0.1', (server.address() as AddressInfo).port, nothingRefused).outcome;
    expect(reached).toMatchObject({ ok: true, report: { attempts: [{ error: null }] } });
    if (reached.ok) reached.socket.destroy();
    const nobody = await openClosedPort();
    onTestFinished(nobody.close);
    expect(await dial('127.0.0.1', nobody.port, nothingRefused).outcome).toMatchObject({
      ok: false,
      error: { code: 'connect-refused' },
    });
  });

  it('that meets itself, since the kernel gave it the port it goes to, is refused', async () => {
    const module = new URL('../../../../electron/engine/proxy/dial.ts', import.meta.url).href;
    const script = `
      import { writeFileSync } from 'node:fs';
      import { dial } from '${module}';
      writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '40000 40000');
      const outcome = await dial('127.0.0.1', 40000, () => null).outcome;
      console.log(outcome.ok, outcome.error?.code, outcome.report.attempts.map(({ error }) => error).join());`;
    const { stdout, stderr } = await startProgram('unshare', [
      process.geteuid?.() === 0 ? '-n' : '-Urn',
      ...['sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
      ...nodeScript(script),
    ]).ended();
    expect(`${stderr}${stdout}`).toBe('false connect-refused ECONNREFUSED\n');
  });
});
