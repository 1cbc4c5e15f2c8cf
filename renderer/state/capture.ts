import type { CaptureAbility, CaptureOptions, CaptureState } from '../../core/contract/capture.ts';
import type { Result } from '../../core/model/result.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createStore, type Store, type WritableStore } from './store.ts';

/** Capturing packets: whether it can be done here, and what runs. */
export interface Capture {
  /** Null before the engine was asked; it is asked when somebody looks. */
  readonly ability: Store<CaptureAbility | null>;
  readonly list: Store<readonly CaptureState[]>;
  /** Packets a second of all that run, as far as was told. */
  readonly perSecond: Store<number>;
  readonly dialogOpen: WritableStore<boolean>;
  readonly lookAgain: () => Promise<void>;
  readonly start: (options: CaptureOptions) => Promise<Result<{ captureId: number }>>;
  readonly stop: (captureId: number) => Promise<void>;
  readonly stopAll: () => Promise<void>;
  /** Installs or takes away the helper; why it was not done, in one sentence, or null. */
  readonly install: (wanted: boolean) => Promise<string | null>;
  readonly checkFilter: (filter: string) => Promise<string | null>;
}

const gone = {
  ok: false,
  error: { code: 'engine-gone', message: 'The engine is restarting. Try again in a moment.' },
} as const;

/** Captures that ended and are still shown. */
const keptMax = 10;

export function isRunning({ state }: CaptureState): boolean {
  return state === 'starting' || state === 'running';
}

export function createCapture(connection: Connection, notices: Notices): Capture {
  const ability = createStore<CaptureAbility | null>(null);
  const list = createStore<readonly CaptureState[]>([]);
  const perSecond = createStore(0);
  const before = new Map<
    number,
    { readonly packets: number; readonly atMs: number; readonly rate: number }
  >();

  const take = (changed: CaptureState) => {
    const known = list.get();
    const isKnown = known.some(({ captureId }) => captureId === changed.captureId);
    const next = isKnown
      ? known.map((each) => (each.captureId === changed.captureId ? changed : each))
      : [...known, changed];
    const ended = next.filter((each) => !isRunning(each)).slice(-keptMax);
    list.set(next.filter((each) => isRunning(each) || ended.includes(each)));
    const now = performance.now();
    const last = before.get(changed.captureId);
    const rate =
      last === undefined || now <= last.atMs
        ? 0
        : ((changed.packets - last.packets) * 1000) / (now - last.atMs);
    if (isRunning(changed)) {
      // Half of what was: a number that jumps with every tick cannot be read.
      const smooth = last === undefined ? rate : (last.rate + rate) / 2;
      before.set(changed.captureId, { packets: changed.packets, atMs: now, rate: smooth });
    } else {
      before.delete(changed.captureId);
      if (changed.state === 'failed' && changed.problem !== null) notices.say(changed.problem);
    }
    perSecond.set(Math.round([...before.values()].reduce((sum, each) => sum + each.rate, 0)));
  };
  const service = () => connection.client()?.services.capture ?? null;
  const lookAgain = async () => {
    const answer = await service()?.ability({});
    if (answer?.ok === true) ability.set(answer.value);
    else if (answer !== undefined && answer.error.code !== 'engine-gone')
      ability.set({
        ...{ state: 'impossible', explanation: answer.error.message, canInstall: false },
        ...{ steps: [], removeSteps: [], interfaces: [] },
      });
  };
  const stop = async (captureId: number) => {
    const answer = await service()?.stop({ captureId });
    if (answer !== undefined) notices.check(answer);
  };
  connection.onClient((client) => {
    before.clear();
    list.set([]);
    client.on('capture', 'changed', take);
    void client.services.capture.list({}).then((answer) => {
      if (answer.ok) for (const each of answer.value.captures) take(each);
    });
    void lookAgain();
  });

  return {
    ability,
    list,
    perSecond,
    dialogOpen: createStore(false),
    lookAgain,
    start: async (options) => (await service()?.start(options)) ?? gone,
    stop,
    stopAll: async () => {
      for (const each of list.get().filter(isRunning)) await stop(each.captureId);
    },
    install: async (wanted) => {
      const asked = wanted ? service()?.install({}) : service()?.uninstall({});
      const answer = (await asked) ?? gone;
      if (!answer.ok) return answer.error.message;
      ability.set(answer.value);
      return null;
    },
    checkFilter: async (filter) => {
      const answer = await service()?.checkFilter({ filter });
      return answer?.ok === true ? answer.value.problem : null;
    },
  };
}
