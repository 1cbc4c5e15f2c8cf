import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtHelper } from '../../../support/capture-helper.ts';
import { hasRuntime, runtimes } from '../../../support/plumbline.ts';
import { root } from '../../../support/program.ts';
import { startScript } from '../../../support/runtime-script.ts';

const scenario = fileURLToPath(new URL('../../../support/capture-scenario.ts', import.meta.url));

describe.each(runtimes.filter(hasRuntime))('a capture in a thread of %s', (runtime) => {
  it('has every packet, and ends with its owner', { timeout: 60_000 }, async () => {
    const played = await startScript(runtime, scenario, {
      PLUMBLINE_TEST_HELPER: builtHelper,
      PLUMBLINE_TEST_WORKER: path.join(root, 'dist/engine/capture-worker.js'),
    });
    const { stdout } = await played.ended();
    const said = JSON.parse(stdout) as { readonly node: string };
    expect(said.node.split('.')[0]).toBe(runtime === 'node' ? process.versions.node.split('.')[0] : '20');
    expect(said).toMatchObject({
      started: { ok: true },
      reason: 'stopped',
      failure: null,
      progress: { packets: 400, droppedByKernel: 0, droppedByUs: 0 },
      left: { reason: 'stopped' },
    });
  });
});
