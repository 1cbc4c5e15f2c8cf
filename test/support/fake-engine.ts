import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handlers } from '../../core/contract/dispatch.ts';
import type { RecordingState } from '../../core/contract/recording.ts';
import type { SessionState } from '../../core/contract/session.ts';
import type { EngineMessage } from '../../core/contract/wire.ts';
import { fail, succeed } from '../../core/model/result.ts';
import type { ReverseProxy } from '../../core/model/reverse-proxy.ts';
import { createExchangeHandlers } from '../../electron/engine/services/exchange-handlers.ts';
import { createMessageHandlers } from '../../electron/engine/services/message-handlers.ts';
import type { WindowViews } from '../../electron/engine/services/window-views.ts';
import { openSession } from '../../electron/engine/session/session.ts';
import { fakeBody } from './fake-bodies.ts';
import { createFakeCapture, type CaptureFake } from './fake-capture.ts';
import { createFakeAdbDevices, type AdbFake } from './fake-adb-devices.ts';
import { createFakeDevices, type DevicesFake } from './fake-devices.ts';
import { fakeExchange, opened, type FakeExchange } from './fake-exchanges.ts';
import { describeFake } from './fake-heads.ts';
import { createFakePackets } from './fake-packets.ts';
import { fakeSearch } from './fake-search.ts';
import { storyExchanges, storyUs } from './fake-story.ts';
import { longExchanges, longUs } from './fake-long.ts';
import { putLong } from './long-exchange.ts';
import { conversationRecord } from './records.ts';
import { workers } from './workers.ts';
import { createFakeSettings, fakeReverseProxies } from './fake-settings.ts';
import { createFakeTransfers, runningTransfers } from './fake-transfers.ts';

export interface FakeEngineOptions {
  readonly exchanges: number;
  readonly recording: boolean;
  readonly notice: string | null;
  /** An import and an export run, without getting any further. */
  readonly transfers?: boolean;
  /** Why recording is paused, or off where it does not record. */
  readonly problem?: string | null;
  /** Nothing in the session can be changed, and nothing is recorded into it. */
  readonly readOnly?: boolean;
  /** Every list with a filter is read for this long already, or was stopped. */
  readonly searching?: 'running' | 'stopped' | null;
  /** Much waits for the disk, and text search does not know all bodies yet. */
  readonly strained?: boolean;
  /** Instead of made-up exchanges: a short session that could have happened. */
  readonly story?: boolean;
  /** Instead of them: everything that stays open, read back from the session as it was recorded. */
  readonly long?: boolean;
  /** What is wrong with the settings file. */
  readonly settingsProblem?: string | null;
  /** Packets in the session at first. */
  readonly packets?: number;
  /** Points of the pictures of the third conversation; 0: as many as it has packets. */
  readonly seriesPoints?: number;
  /** Whether packets can be captured; `running`: they are, from the beginning. */
  readonly capture?: CaptureFake;
  /** Of each capture. */
  readonly packetsPerSecond?: number;
  /** Phones that are there, and what becomes of one that is added. */
  readonly devices?: DevicesFake;
  readonly adb?: AdbFake;
}

export interface FakeEngine {
  readonly handlers: Handlers<WindowViews | null>;
  /** Adds exchanges that began just now; the last of them is open. */
  readonly add: (count: number) => void;
  /** What the engine tells all windows. */
  readonly close: () => Promise<void>;
  readonly onEvent: (listener: (event: EngineMessage) => void) => void;
}

const recentNames = ['checkout-slow', '2026-11-20-1403', 'login-on-android', '2026-11-18-0911'];

/**
 * An engine without a proxy: a real session in a scratch file, filled with made-up exchanges, for developing the
 * window. Its bodies and heads are made up as they are asked for.
 */
export async function createFakeEngine(options: FakeEngineOptions): Promise<FakeEngine> {
  const nowUs = () => Date.now() * 1000;
  const exchanges: FakeExchange[] = [];
  const listeners = new Set<(event: EngineMessage) => void>();
  const isStory = options.story === true;
  let recording: RecordingState = {
    recording: options.recording,
    listener: options.recording ? '127.0.0.1:8888' : null,
    problem: options.problem ?? null,
    startedAtUs: options.recording ? nowUs() - (isStory ? storyUs + 3_000_000 : 134_000_000) : null,
    paused: options.recording && (options.problem ?? null) !== null,
    passThroughHosts: ['gateway.push.example.com', '*.bank.example'],
    insecureHosts: ['staging.shop.test'],
    reverse: options.recording ? fakeReverse(fakeReverseProxies) : [],
  };
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-window-'));
  const made = await openSession({ path: join(folder, 'checkout-slow.plumb'), mode: 'create' }, workers);
  if (!made.ok) throw new Error(made.error.message);
  const store = made.value;
  const put = (exchange: FakeExchange) => {
    store.sink.putExchange(exchange.record);
    for (const part of ['request', 'response'] as const) {
      const head = describeFake(exchange)[part];
      if (head === null || exchange.record.state === 'open') continue;
      store.sink.putHead(
        exchange.record.id,
        part,
        Buffer.from(head.raw, 'latin1'),
        exchange.record.startedAtUs,
      );
    }
  };
  const firstUs = nowUs() - options.exchanges * 26_000;
  const story = isStory ? storyExchanges(1, nowUs() - storyUs) : [];
  const long = options.long === true ? longExchanges(nowUs() - longUs) : [];
  for (const fake of long) {
    store.sink.nextExchangeId();
    const record = putLong(store.sink, fake);
    exchanges.push({ record, clientLeg: fake.clientLeg ?? conversationRecord(), serverLeg: fake.serverLeg });
  }
  for (let id = 1; id <= (long.length > 0 ? 0 : Math.max(options.exchanges, story.length)); id += 1) {
    const nextId = store.sink.nextExchangeId();
    const exchange = story[id - 1] ?? fakeExchange(nextId, firstUs + id * 26_000);
    exchanges.push(exchange);
    put(exchange);
    if (id % 5000 === 0) await store.flush();
  }
  await store.flush();

  const tell = (service: string, event: string, payload: unknown) => {
    for (const listener of listeners) listener({ kind: 'event', service, event, payload });
  };
  const searching = fakeSearch(options.searching ?? null, options.exchanges);
  store.onViewChanged((change) =>
    tell('exchanges', 'viewChanged', { ...change, ...searching.of(change.viewId) }),
  );
  let recordedId = 1;
  /** Numbers of transfers that copy, beyond all others. */
  let copies = 1_000_000;
  let isRecentForgotten = false;
  const session = (): SessionState => ({
    sessionId: 1,
    path: '/home/ada/.local/share/plumbline/sessions/checkout-slow.plumb',
    name: 'checkout-slow',
    exchanges: exchanges.length,
    diskBytes: isStory ? 3_140_000 : 214_300_000,
    bodyIndex: options.strained === true ? { done: 1240, total: 3000 } : null,
    notice: options.notice,
    recorded: recordedId === 1 && options.readOnly !== true,
    readOnly: options.readOnly === true,
  });
  /** Opened beside it, with the same exchanges. They can be changed only where `writable` is in the path. */
  let others: SessionState[] = [];
  const sessions = () => [
    session(),
    ...others.map((each) => ({ ...each, recorded: each.sessionId === recordedId })),
  ];
  const openOther = (path: string): SessionState => {
    const known = sessions().find((each) => each.path === path);
    if (known !== undefined) return known;
    const name = path.replace(/^.*\/|\.plumb$/g, '');
    const sessionId = Math.max(...sessions().map((each) => each.sessionId)) + 1;
    const added = {
      ...session(),
      sessionId,
      path,
      name,
      notice: null,
      recorded: false,
      readOnly: !path.includes('writable'),
    };
    others = [...others, added];
    tell('session', 'listChanged', { sessions: sessions() });
    return added;
  };
  const changeRecording = (changes: Partial<RecordingState>) => {
    recording = { ...recording, ...changes };
    tell('recording', 'changed', recording);
    devices.recordingChanged();
    return Promise.resolve(succeed(recording));
  };
  const devices = createFakeDevices(
    tell,
    options.devices ?? 'empty',
    () => recording.recording,
    () =>
      void changeRecording({
        recording: true,
        listener: '127.0.0.1:8888',
        startedAtUs: nowUs(),
        problem: null,
      }),
  );
  const toggled = (hosts: readonly string[], host: string, on: boolean) => [
    ...hosts.filter((one) => one !== host),
    ...(on ? [host] : []),
  ];

  const lists = createExchangeHandlers({
    with: (_id, use) => use(store),
    withView: (_viewId, use) => use(store),
  });
  const packets = createFakePackets(tell, {
    packets: options.packets ?? 0,
    seriesPoints: options.seriesPoints ?? 0,
    exchanges: options.exchanges,
  });
  const handlers: Handlers<WindowViews | null> = {
    devices: devices.handlers,
    adb: createFakeAdbDevices(options.adb ?? 'none'),
    packets: packets.handlers,
    capture: createFakeCapture(
      tell,
      options.capture ?? 'ready',
      options.packetsPerSecond ?? 120,
      packets.add,
    ),
    session: {
      state: () => Promise.resolve(succeed(session())),
      list: () => Promise.resolve(succeed({ sessions: sessions() })),
      create: () => Promise.resolve(succeed(session())),
      record: ({ sessionId }) => {
        recordedId = sessionId;
        tell('session', 'listChanged', { sessions: sessions() });
        return Promise.resolve(succeed(sessions().find((each) => each.sessionId === sessionId) ?? session()));
      },
      close: ({ sessionId }) => {
        if (sessionId === 1)
          return Promise.resolve(fail('session-recorded', 'This session is being recorded into.'));
        others = others.filter((each) => each.sessionId !== sessionId);
        tell('session', 'listChanged', { sessions: sessions() });
        return Promise.resolve(succeed({}));
      },
      saveCopy: ({ path, overwrite }) => {
        if (path.includes('exists') && !overwrite)
          return Promise.resolve(fail('file-exists', `There is a file at ${path} already.`));
        const transferId = ++copies;
        const summary = {
          path,
          exchanges: exchanges.length,
          skipped: 0,
          skips: [],
          warnings: [],
          cut: false,
        };
        // The answer comes first.
        setTimeout(() => tell('transfers', 'finished', { transferId, summary }));
        return Promise.resolve(succeed({ transferId }));
      },
      open: ({ path }) =>
        Promise.resolve(
          path.endsWith('.plumb')
            ? succeed(openOther(path))
            : fail('session-missing', `There is no session at ${path}.`),
        ),
      recent: () =>
        Promise.resolve(
          succeed({
            sessions: (isRecentForgotten ? [] : recentNames).map((name, at) => ({
              path: `/home/ada/.local/share/plumbline/sessions/${name}.plumb`,
              name,
              modifiedAtMs: 1_795_000_000_000 - at * 61_234_567,
              sizeBytes: 214_300_000 / (at + 1),
            })),
          }),
        ),
    },
    recording: {
      state: () => Promise.resolve(succeed(recording)),
      start: ({ listen }) =>
        changeRecording({ recording: true, listener: listen ?? '127.0.0.1:8888', startedAtUs: nowUs() }),
      stop: () => changeRecording({ recording: false, listener: null, startedAtUs: null }),
      acceptHost: ({ host, accept }) =>
        changeRecording({ insecureHosts: toggled(recording.insecureHosts, host, accept) }),
      passThroughHost: ({ host, passThrough }) =>
        changeRecording({ passThroughHosts: toggled(recording.passThroughHosts, host, passThrough) }),
    },
    exchanges: {
      ...lists,
      openView: async (params, views) => searching.opened(params.filter, await lists.openView(params, views)),
      stopView: ({ viewId, stopped }) => Promise.resolve(succeed(searching.stop(viewId, stopped))),
      get: ({ id }) => {
        if (id <= long.length) return store.get(id);
        const exchange = exchanges[id - 1];
        if (exchange === undefined)
          return Promise.resolve(fail('no-exchange', `There is no exchange ${id}.`));
        return Promise.resolve(succeed(describeFake(exchange)));
      },
    },
    bodies: {
      read: async ({ exchangeId, side, decoded, from, limit }) => {
        if (exchangeId <= long.length) {
          const page = await store.readBody(exchangeId, side, decoded, from, limit);
          return page.ok ? succeed({ ...page.value, codings: [...page.value.codings] }) : page;
        }
        const record = exchanges[exchangeId - 1]?.record;
        if (record === undefined) return fail('no-exchange', `There is no exchange ${exchangeId}.`);
        const { bytes, codings, ...rest } = fakeBody(record, side, decoded);
        const page = bytes.slice(from, from + limit);
        const done = from + page.length >= bytes.length;
        const totalBytes = done || !decoded ? bytes.length : null;
        return succeed({ bytes: page, totalBytes, done, codings: [...codings], ...rest });
      },
    },
    messages: createMessageHandlers(
      { with: (_id, use) => use(store), withView: (_viewId, use) => use(store) },
      () => (options.long === true ? [join(import.meta.dirname, '../fixtures/protos')] : []),
    ),
    ...createFakeSettings(
      tell,
      options.settingsProblem ?? null,
      ({ passThroughHosts, insecureHosts, reverse }, change) => {
        isRecentForgotten ||= change['recentSessions'] === null;
        void changeRecording({ passThroughHosts, insecureHosts, reverse: fakeReverse(reverse) });
      },
    ),
    transfers: createFakeTransfers(tell, options.transfers === true ? runningTransfers : []),
    engine: {
      status: () => Promise.resolve(succeed(engineStatus(options))),
      authority: () =>
        Promise.resolve(
          succeed({
            certificatePath: '/home/ada/.local/share/plumbline/plumbline-ca.pem',
            certificatePem: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n',
            fingerprintSha256:
              'A1:77:0E:5C:92:4B:D8:33:19:F0:6A:C4:8D:21:BE:75:E2:0B:94:5F:37:DA:68:11:C9:AE:53:80:46:FB:2C:9D',
            notAfter: '2036-11-18T00:00:00Z',
          }),
        ),
    },
  };

  return {
    handlers,
    onEvent: (listener) => listeners.add(listener),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
    add: (count) => {
      const before = exchanges.at(-1);
      if (before?.record.state === 'open') {
        const ended = fakeExchange(before.record.id, before.record.startedAtUs);
        exchanges[exchanges.length - 1] = ended;
        put(ended);
      }
      for (let added = 0; added < count; added += 1) {
        const fresh = fakeExchange(store.sink.nextExchangeId(), nowUs() - (count - added) * 26_000);
        const exchange = added === count - 1 ? opened(fresh) : fresh;
        exchanges.push(exchange);
        put(exchange);
      }
      tell('session', 'changed', session());
      tell('engine', 'status', engineStatus(options));
    },
  };
}

function engineStatus({ strained = false, story = false, long = false }: FakeEngineOptions) {
  return {
    version: '0.1.0',
    runtime: 'Node 24.9.0',
    dataDir: '/home/ada/.local/share/plumbline',
    exchangesPerSecond: story || long ? 1.4 : 86,
    loopDelayMs: strained ? 38.2 : 0.4,
    queueBytes: strained ? 41_900_000 : 0,
    queueBytesMax: 67_108_864,
    memoryBytes: 143_000_000,
  };
}

/** All of them listen, but for the database's, whose port is taken. */
function fakeReverse(proxies: readonly ReverseProxy[]): RecordingState['reverse'] {
  return proxies.map((proxy) => {
    const isTaken = proxy.listen.endsWith(':5432');
    return {
      ...proxy,
      address: isTaken ? null : proxy.listen,
      problem: isTaken
        ? `The reverse proxy cannot listen on ${proxy.listen}: another program uses that port. To take a service's own port, move the service to another one first and name that as the upstream.`
        : null,
    };
  });
}
