import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasRuntime, runtimes } from '../../../support/plumbline.ts';
import { helperPath } from '../../../support/redirect.ts';
import { startScript } from '../../../support/runtime-script.ts';

const scenario = fileURLToPath(new URL('../../../support/redirect-scenario.ts', import.meta.url));

describe.each(runtimes.filter(hasRuntime))('sockets handed over in %s', (runtime) => {
  it('answer, end and reset as they are told, and say how the client ended', async () => {
    const played = await startScript(runtime, scenario, { PLUMBLINE_TEST_HELPER: helperPath });
    const { stdout, stderr } = await played.ended();
    expect(stderr.split('\n').filter((line) => line.includes('Error'))).toEqual([]);
    const said = JSON.parse(stdout) as { node: string; exitCode: number; seen: string[]; client: string };
    expect(said.node.split('.')[0]).toBe(runtime === 'node' ? process.versions.node.split('.')[0] : '20');
    expect(JSON.parse(said.client)).toEqual({
      answers: 100,
      'half closed': 'after the end',
      reset: 'reset',
    });
    expect(said.seen).toEqual(['203.0.113.7 1 end', '203.0.113.7 3 ECONNRESET']);
    expect(said.exitCode).toBe(0);
  });
});
