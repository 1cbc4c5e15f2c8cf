import { chmodSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { CaptureState } from '../../../../core/contract/capture.ts';
import { createCaptures } from '../../../../electron/engine/capture/captures.ts';
import { createPacketIntake } from '../../../../electron/engine/capture/packet-intake.ts';
import { helperCopy, isGone, tcpdumpBelow } from '../../../support/capture-helper.ts';
import {
  builtTools,
  loopback,
  openCaptures,
  started,
  stateOf,
  stopped,
  wanted,
  worker,
} from '../../../support/captures.ts';
import { openDatagrams } from '../../../support/datagrams.ts';

const patient = { timeout: 10_000 };
/** Ethernet, IPv4 and UDP around 20 bytes. */
const frameBytes = 62;

describe('a capture', () => {
  it('has every packet that was sent before it was stopped, down to the last', async () => {
    const captures = openCaptures();
    const datagrams = await openDatagrams();
    const id = await started(captures, loopback, { filter: datagrams.filter });
    await datagrams.send(500);
    expect(await stopped(captures, id)).toMatchObject({
      state: 'ended',
      problem: null,
      packets: 500,
      bytes: 500 * frameBytes,
      droppedByKernel: 0,
      droppedByUs: 0,
    });
  });

  it('tells how far it is while it runs, at most four times a second', async () => {
    const captures = openCaptures();
    const datagrams = await openDatagrams();
    const told: { readonly state: CaptureState; readonly atMs: number }[] = [];
    captures.events.on('changed', (state) => told.push({ state, atMs: performance.now() }));
    const id = await started(captures, loopback, { filter: datagrams.filter });
    await datagrams.send(10);
    await vi.waitUntil(() => stateOf(captures, id)?.packets === 10, patient);
    await vi.waitUntil(() => stateOf(captures, id)?.droppedByKernel === 0, patient);
    expect(stateOf(captures, id)?.state).toBe('running');
    expect(told.slice(0, 2).map(({ state }) => state.state)).toEqual(['starting', 'running']);
    const spanMs = (told.at(-1)?.atMs ?? 0) - (told[0]?.atMs ?? 0);
    expect(told.length).toBeLessThanOrEqual(2 + Math.ceil(spanMs / 250));
    await stopped(captures, id);
  });

  it('ends by itself after so many seconds', async () => {
    const captures = openCaptures();
    const datagrams = await openDatagrams();
    const id = await started(captures, loopback, { filter: datagrams.filter, maxSeconds: 0.2 });
    await datagrams.send(5);
    await vi.waitUntil(() => stateOf(captures, id)?.state === 'ended', patient);
    expect(stateOf(captures, id)).toMatchObject({ packets: 5, problem: null });
  });

  it('ends by itself after so many bytes', async () => {
    const captures = openCaptures();
    const datagrams = await openDatagrams();
    const id = await started(captures, loopback, { filter: datagrams.filter, maxBytes: 100_000 });
    await datagrams.send(300, 1000);
    await vi.waitUntil(() => stateOf(captures, id)?.state === 'ended', patient);
    expect(stateOf(captures, id)?.bytes).toBeGreaterThan(90_000);
  });

  it('says why it could not start', async () => {
    const captures = openCaptures();
    expect(await captures.start(wanted({ kind: 'interface', name: 'nosuchcard' }))).toMatchObject({
      ok: false,
      error: { code: 'no-such-interface' },
    });
    expect(await captures.start(wanted(loopback, { filter: 'prt 80' }))).toMatchObject({
      ok: false,
      error: {
        code: 'bad-filter',
        message: expect.stringMatching(/^tcpdump does not understand the filter: .*syntax error$/) as string,
      },
    });
    expect(await captures.start(wanted({ kind: 'interface', name: '-i' }))).toMatchObject({
      error: { code: 'no-such-interface' },
    });
    expect(await captures.start(wanted(loopback, { filter: '-z x' }))).toMatchObject({
      error: { code: 'bad-filter' },
    });
    expect(captures.list().map(({ state }) => state)).toEqual(Array(4).fill('failed'));
    expect(captures.list()[0]?.problem).toMatch(/There is no interface of this name/);
  });

  it('says so where nothing may be captured', async () => {
    const helpers = { installed: '/nowhere/plumbline-capture', built: '/nowhere/either' };
    const captures = openCaptures({ ...builtTools, helpers });
    expect(await captures.start(wanted(loopback))).toMatchObject({
      error: {
        code: 'no-permission',
        message:
          'Packets may not be captured by this user yet. Install the helper once: plumbline capture install',
      },
    });
  });

  it('is not run by a helper that others may change', async () => {
    const copy = helperCopy();
    chmodSync(copy, 0o775);
    const captures = openCaptures({ ...builtTools, helpers: { installed: copy, built: copy } });
    expect(await captures.start(wanted(loopback))).toMatchObject({ error: { code: 'no-permission' } });
  });

  it('fails when its tcpdump is killed', async () => {
    const captures = openCaptures();
    const id = await started(captures, loopback);
    process.kill(tcpdumpBelow(process.pid), 'SIGKILL');
    await vi.waitUntil(() => stateOf(captures, id)?.state === 'failed', patient);
    expect(stateOf(captures, id)?.problem).toMatch(/^The capture ended: Killed/);
  });

  it('leaves nothing behind when all are closed', async () => {
    const captures = openCaptures();
    await started(captures, loopback);
    const tcpdump = tcpdumpBelow(process.pid);
    await captures.close();
    expect(isGone(tcpdump)).toBe(true);
    expect(captures.list()[0]?.state).toBe('ended');
  });

  it('can be stopped while it starts', async () => {
    const captures = openCaptures({ ...builtTools, ssh: ['sleep', '60'] });
    const starting = captures.start(wanted({ kind: 'ssh', host: 'somewhere', name: 'any' }));
    const [state] = captures.list();
    expect(state?.state).toBe('starting');
    await captures.stop(state?.captureId ?? 0);
    expect(await starting).toMatchObject({ ok: false, error: { code: 'stopped' } });
    expect(captures.list()[0]?.state).toBe('ended');
  });
});

describe('several captures', () => {
  it('do not run beside each other, since one on all interfaces has the packets of all', async () => {
    const captures = openCaptures();
    const id = await started(captures, loopback, { filter: 'udp port 1' });
    expect(await captures.start(wanted(loopback))).toMatchObject({ error: { code: 'too-many-captures' } });
    await stopped(captures, id);
    await stopped(captures, await started(captures, loopback, { filter: 'udp port 1' }));
  });

  it('are listed while they run, the last ten also afterwards', async () => {
    const captures = openCaptures();
    for (let count = 0; count < 12; count++) {
      await captures.start(wanted({ kind: 'interface', name: 'nosuchcard' }));
    }
    const running = await started(captures, loopback, { filter: 'udp port 1' });
    const ids = captures.list().map(({ captureId }) => captureId);
    expect(ids).toEqual([...Array.from({ length: 10 }, (_, index) => index + 3), running]);
    expect(await captures.stop(2)).toMatchObject({ error: { code: 'no-such-capture' } });
    await stopped(captures, running);
  });

  it('need a session to go into', async () => {
    const captures = createCaptures(
      createPacketIntake(worker, builtTools),
      () => null,
      () => 0,
    );
    expect(await captures.start(wanted(loopback))).toMatchObject({ error: { code: 'no-session' } });
  });
});
