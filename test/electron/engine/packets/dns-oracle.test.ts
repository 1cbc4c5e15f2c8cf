import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { playDns } from '../../../support/dns-plays.ts';
import { withLab, type PacketLabOptions } from '../../../support/packet-lab.ts';
import { exchangesOf, importInto, readingSession } from '../../../support/packet-session.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { tsharkRows, tsharkVersion } from '../../../support/tshark.ts';

vi.setConfig({ testTimeout: 120_000 });

const bad = { delayMs: 2, lossPercent: 8, duplicatePercent: 8, reorderPercent: 8, reorderMs: 4 };

interface Lookup {
  readonly what: string;
  /** Null: never answered. */
  readonly us: number | null;
}

describe(`lookups of a capture are those that ${tsharkVersion().replace(/ \(Git.*/, '')} finds`, () => {
  test('with their times, asked once or again, answered or not', async () => {
    const { ours, theirs } = await lookups({});
    expectSame(ours, theirs);
    const known = (name: string): Lookup[] => ours.filter(({ what }) => what === `A ${name}.example`);
    expect(known('silent-2')).toEqual([{ what: 'A silent-2.example', us: null }]);
    expect(known('nowhere-1').map(({ us }) => us === null)).toEqual([false]);
    // Over UDP, cut, and over TCP.
    expect(known('big-1')).toHaveLength(2);
    // From the first of both questions on.
    expect(known('second-2')).toHaveLength(1);
    expect(known('second-2')[0]?.us).toBeGreaterThan(60_000);
  });

  test.each([2, 3, 4])('on a wire that loses, repeats and reorders datagrams, by chance %i', async (seed) => {
    const { ours, theirs } = await lookups({ toServer: bad, toClient: bad, seed });
    expectSame(ours, theirs);
  });
});

async function lookups(wire: PacketLabOptions): Promise<{ ours: Lookup[]; theirs: Lookup[] }> {
  return withLab(wire, async (lab) => {
    const capture = await lab.capture({ at: 'client', nanoseconds: true });
    await playDns(lab);
    const file = await capture.stop();
    return { ours: await ownLookups(file), theirs: tsharkLookups(file) };
  });
}

/** Both print µs and more; ours are differences of µs since 1970, of which a number holds a quarter. */
function expectSame(ours: readonly Lookup[], theirs: readonly Lookup[]): void {
  const words = ({ what, us }: Lookup): string => `${what} ${us === null ? 'never answered' : 'answered'}`;
  expect(ours.map(words)).toEqual(theirs.map(words));
  for (const [at, { what, us }] of ours.entries())
    expect(Math.abs((us ?? 0) - (theirs[at]?.us ?? 0)), what).toBeLessThanOrEqual(1);
}

/** In the order of their questions, which gives them their numbers. */
async function ownLookups(file: string): Promise<Lookup[]> {
  const saved = path.join(scratchFolder(), 'imported.plumb');
  expect(await importInto(saved, file)).toEqual([]);
  const exchanges = await exchangesOf(await readingSession(saved));
  return exchanges
    .filter(({ protocol }) => protocol === 'dns')
    .map(({ method, statement, error, durationMs }) => ({
      what: `${method} ${statement}`,
      us: error?.code === 'no-answer' ? null : (durationMs ?? NaN) * 1000,
    }));
}

/** Each question that tshark takes for no repetition of another, with `dns.time` of its answer. */
function tsharkLookups(file: string): Lookup[] {
  const answers = tsharkRows(file, ['dns.response_to', 'dns.time'], 'dns.time');
  const times = new Map(answers.map((row) => [row['dns.response_to'], Number(row['dns.time']) * 1e6]));
  const asked = tsharkRows(
    file,
    ['frame.number', 'dns.qry.name', 'dns.qry.type'],
    'dns.flags.response == 0 && !dns.retransmit_request',
  );
  return asked.map((row) => ({
    what: `${typeNames[Number(row['dns.qry.type'])]} ${row['dns.qry.name']}`,
    us: times.get(row['frame.number']) ?? null,
  }));
}

/** RFC 1035 section 3.2.2, RFC 3596, RFC 2782. */
const typeNames: Readonly<Record<number, string>> = {
  ...{ 1: 'A', 2: 'NS', 6: 'SOA', 12: 'PTR', 15: 'MX', 16: 'TXT', 28: 'AAAA', 33: 'SRV' },
};
