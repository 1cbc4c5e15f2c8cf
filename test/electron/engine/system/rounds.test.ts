import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientConnection, ClientProcess } from '../../../../electron/engine/system/client-process.ts';
import type { Answer, Question } from '../../../../electron/engine/system/finder-messages.ts';
import type { Found, Lookup } from '../../../../electron/engine/system/lookup.ts';
import { createRounds, waitingMax, type Rounds } from '../../../../electron/engine/system/rounds.ts';

const curl: ClientProcess = { id: 1, name: 'curl', detail: null, path: '/usr/bin/curl', app: 'curl' };

function question(id: number): Question {
  return { id, connection: { localAddress: '::1', localPort: 1, remoteAddress: '::1', remotePort: id } };
}

interface Made {
  readonly rounds: Rounds;
  readonly answers: Answer[];
  /** Questions of each round, and when it began. */
  readonly asked: { readonly atMs: number; readonly ports: readonly number[] }[];
}

/** A lookup that takes `costMs`, and says what `found` says. */
function made(
  { costMs = 1, isCheap = true }: { costMs?: number; isCheap?: boolean },
  found: (connection: ClientConnection) => Found = () => curl,
): Made {
  const answers: Answer[] = [];
  const asked: Made['asked'] = [];
  const beganMs = Date.now();
  const lookup: Lookup = {
    find: async (connections) => {
      asked.push({ atMs: Date.now() - beganMs, ports: connections.map(({ remotePort }) => remotePort) });
      await new Promise((resolve) => setTimeout(resolve, costMs));
      return connections.map(found);
    },
    isCheap: () => isCheap,
    close: () => undefined,
  };
  return {
    rounds: createRounds(
      lookup,
      (some) => answers.push(...some),
      () => Date.now(),
    ),
    answers,
    asked,
  };
}

describe('rounds of questions', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  it('begin at once after a quiet time, with all that is asked by then', async () => {
    const { rounds, answers, asked } = made({});
    rounds.ask([question(1)]);
    rounds.ask([question(2), question(3)]);
    await vi.advanceTimersByTimeAsync(20);
    expect(asked).toEqual([{ atMs: 0, ports: [1, 2, 3] }]);
    expect(answers).toEqual([1, 2, 3].map((id) => ({ id, process: curl })));
  });

  it('follow each other every 140 ms while questions come in', async () => {
    const { rounds, asked } = made({});
    for (let at = 0; at < 50; at++) {
      rounds.ask([question(at)]);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 140, 280, 420]);
  });

  it('rest for eight times what they take where asking is dear', async () => {
    const { rounds, asked } = made({ costMs: 100, isCheap: false });
    for (let at = 0; at < 600; at++) {
      rounds.ask([question(at)]);
      await vi.advanceTimersByTimeAsync(10);
    }
    const gaps = asked.slice(10).map(({ atMs }, at) => atMs - (asked[at + 9]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(800);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(810);
  });

  it('ask about the latest first when there are many: their clients most likely live', async () => {
    const { rounds, asked } = made({});
    rounds.ask(Array.from({ length: 700 }, (_, at) => question(at)));
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.map(({ ports }) => [ports[0], ports.length])).toEqual([
      [200, 500],
      [0, 200],
    ]);
  });

  it('answer with null the oldest of more questions than may wait', async () => {
    const { rounds, answers } = made({});
    rounds.ask(Array.from({ length: waitingMax + 3 }, (_, at) => question(at)));
    expect(answers).toEqual([0, 1, 2].map((id) => ({ id, process: null })));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(answers).toHaveLength(waitingMax + 3);
  });

  it('ask again about what takes longer, and give up after three seconds', async () => {
    let times = 0;
    const late = made({}, () => (++times < 4 ? 'later' : curl));
    late.rounds.ask([question(1)]);
    await vi.advanceTimersByTimeAsync(500);
    expect(late.answers).toEqual([{ id: 1, process: curl }]);

    const never = made({}, () => 'later');
    never.rounds.ask([question(1)]);
    await vi.advanceTimersByTimeAsync(2900);
    expect(never.answers).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(never.answers).toEqual([{ id: 1, process: null }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('end when they are closed', async () => {
    const { rounds, answers } = made({});
    rounds.ask([question(1)]);
    rounds.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(answers).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
