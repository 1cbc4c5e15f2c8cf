import { basename, dirname } from 'node:path';
import type { SecureContext } from 'node:tls';
import { direct, hopName, parsePacAnswer, type Hop } from '../../../../../core/model/upstream-proxy.ts';
import { fail, type Result } from '../../../../../core/model/result.ts';
import { watchFileOf } from '../../../watch-file.ts';
import { pacPath, readPac } from './pac-file.ts';
import { createPacRunner, type PacRunner } from './pac-runner.ts';

export interface PacAnswer {
  readonly hops: readonly Hop[];
  /** In words that follow "because". */
  readonly because: string;
  /** Why the answer is not the PAC's own of this moment, for the row; null when it is. */
  readonly note: string | null;
}

/** Answers of the PAC in use. */
export interface PacAnswers {
  /** File or URL of the PAC from now on, null for none. */
  readonly use: (source: string | null) => void;
  /**
   * Never rejects. A PAC that fails, hangs or cannot be read leaves the last good answer for this URL, and DIRECT
   * where there is none: as in browsers, a broken PAC must not cut everything off. The note says so.
   */
  readonly ask: (url: string, host: string) => Promise<PacAnswer>;
  readonly close: () => void;
}

const answerKeptMs = 5 * 60_000;
const answersMax = 10_000;
/** A PAC from a URL is read again after this. */
const rereadMs = 60 * 60_000;
/** One that could not be read is tried again after this. */
const retryMs = 30_000;
/** After so many questions in a row that ran out of time the script is left alone for a while. */
const hangsMax = 3;
const restMs = 60_000;

interface Kept {
  readonly hops: readonly Hop[];
  readonly text: string;
  readonly untilMs: number;
}

export function createPacAnswers(workerUrl: URL, trust: SecureContext): PacAnswers {
  let used: Used | null = null;
  let inUse: string | null = null;
  return {
    use: (source) => {
      if (source === inUse) return;
      inUse = source;
      used?.close();
      used = source === null ? null : startUsing(source, workerUrl, trust);
    },
    ask: (url, host) => (used === null ? Promise.resolve(withoutPac('none is set')) : used.ask(url, host)),
    close: () => {
      used?.close();
      used = null;
      inUse = null;
    },
  };
}

type Used = Pick<PacAnswers, 'ask' | 'close'>;

function startUsing(source: string, workerUrl: URL, trust: SecureContext): Used {
  let script: string | null = null;
  let runner: PacRunner | null = null;
  let problem: string | null = null;
  let loading: Promise<void> | null = null;
  let loadAgainAtMs = 0;
  let hangs = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let restsUntilMs = 0;
  let closed = false;
  const fresh = new Map<string, Kept>();
  /** Answers of the script before, or of earlier: for when there is no other. */
  const good = new Map<string, Kept>();
  /** Questions under way: what several connections ask at once is asked once. */
  const asking = new Map<string, Promise<PacAnswer>>();

  const load = async (): Promise<void> => {
    const read = await readPac(source, trust);
    if (closed) return;
    loadAgainAtMs = Date.now() + (read.ok ? rereadMs : retryMs);
    problem = read.ok ? null : read.error.message;
    if (!read.ok || read.value === script) return;
    script = read.value;
    runner?.close();
    runner = createPacRunner(workerUrl, script);
    fresh.clear();
    hangs = 0;
    restsUntilMs = 0;
  };
  const loadOnce = (): Promise<void> =>
    (loading ??= load().finally(() => {
      loading = null;
    }));
  const path = pacPath(source);
  const stopWatching =
    path === null ? () => undefined : watchFileOf(dirname(path), basename(path), () => void loadOnce());

  const evaluate = async (url: string, host: string): Promise<Result<string>> => {
    if (runner === null) return fail('pac-unreadable', problem ?? 'The PAC is not there.');
    if (Date.now() < restsUntilMs)
      return fail('pac-timeout', 'The PAC hung several times and rests for a minute.');
    const said = await runner.ask(url, host);
    hangs = !said.ok && said.error.code === 'pac-timeout' ? hangs + 1 : 0;
    if (hangs >= hangsMax) restsUntilMs = Date.now() + restMs;
    return said;
  };
  /** One after the other, so that those who wait hear of a script that rests by now. */
  const evaluateInTurn = (url: string, host: string): Promise<Result<string>> => {
    const said = turn.then(() => evaluate(url, host));
    turn = said;
    return said;
  };
  const instead = (url: string, why: string): PacAnswer => {
    const before = good.get(url);
    if (before === undefined) return withoutPac(why);
    return {
      hops: before.hops,
      because: `the PAC said "${before.text}" before`,
      note: `${why} The connection went as the PAC said before: ${before.hops.map(hopName).join(', ')}.`,
    };
  };

  const answer = async (url: string, host: string): Promise<PacAnswer> => {
    const due = Date.now() >= loadAgainAtMs;
    // A script that is there goes on answering while it is read again.
    const again = due ? loadOnce() : loading;
    if (runner === null) await again;
    const said = await evaluateInTurn(url, host);
    if (!said.ok) return instead(url, said.error.message);
    const hops = parsePacAnswer(said.value);
    const text = said.value.replace(/\s+/g, ' ').trim().slice(0, 200);
    if (hops === null) return instead(url, `The PAC said "${text}", which names no way.`);
    const found: Kept = { hops, text, untilMs: Date.now() + answerKeptMs };
    for (const map of [fresh, good]) {
      if (map.size >= answersMax) map.clear();
      map.set(url, found);
    }
    return answerOf(found);
  };

  void loadOnce();
  return {
    ask: (url, host) => {
      const kept = fresh.get(url);
      if (kept !== undefined && kept.untilMs > Date.now()) return Promise.resolve(answerOf(kept));
      const under = asking.get(url);
      if (under !== undefined) return under;
      const asked = answer(url, host).finally(() => asking.delete(url));
      asking.set(url, asked);
      return asked;
    },
    close: () => {
      closed = true;
      stopWatching();
      runner?.close();
    },
  };
}

function answerOf({ hops, text }: Kept): PacAnswer {
  return { hops, because: `the PAC says "${text}"`, note: null };
}

function withoutPac(why: string): PacAnswer {
  const sentence = /[.!?]$/.test(why) ? why : `${why}.`;
  return {
    hops: [direct],
    because: `the PAC gave no answer (${why.replace(/\.$/, '')})`,
    note: `${sentence} The connection was made directly.`,
  };
}
