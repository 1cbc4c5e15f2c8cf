import { droppedUdpWords, refusedQuicWords } from '../../core/model/redirect-words.ts';
import { fail, succeed, type Failure, type Result } from '../../core/model/result.ts';
import type { UdpCounts } from '../../core/model/udp-counts.ts';
import type { RedirectedConnections } from '../engine/redirected-connections.ts';
import { applyCommands, applyRules, type AppliedRules } from '../engine/system/apply-rules.ts';
import { enterOwnCgroup, isInCgroup, ownCgroupCommands, ownCgroupPath } from '../engine/system/own-cgroup.ts';
import { listenRedirected } from '../engine/system/redirect.ts';
import {
  listenAddresses,
  transparentRules,
  type RedirectScope,
  type TransparentRules,
} from '../engine/system/transparent-rules.ts';
import { redirectHelper } from './common.ts';
import { printError } from './output.ts';

/** Options of the command that takes redirected connections. */
export interface TransparentOptions {
  readonly transparent?: number;
  readonly forTraffic?: string;
  readonly exclude: readonly string[];
  readonly keepQuic?: boolean;
}

/** Takes connections that rules of this machine redirect; nothing at all when that was not asked for. */
interface Transparent {
  /** What the line that says "ready" has of it. */
  readonly ready: {
    readonly transparent?: { readonly port: number; readonly applied: boolean; readonly rules: string };
  };
  /** Takes the rules back and listens no longer; gives what became of UDP. */
  readonly stop: () => Promise<UdpCounts | null>;
}

/** Different sentences about connections that went nowhere; later ones are not said. */
const troublesMax = 100;

/** Says each of them once. */
export function troublePrinter(): (sentence: string) => void {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence) || said.size >= troublesMax) return;
    said.add(sentence);
    printError(sentence);
  };
}

/** What became of UDP, in a line each. */
export function udpLines(counts: UdpCounts | null): string[] {
  if (counts === null) return [];
  return [refusedQuicWords(counts) ?? [], droppedUdpWords(counts) ?? []].flat();
}

/** Failures: those of `redirectHere`, `bad-scope`. */
export async function startTransparent(
  { transparent: port, forTraffic, exclude, keepQuic = false }: TransparentOptions,
  redirected: RedirectedConnections,
): Promise<Result<Transparent>> {
  if (port === undefined) {
    return forTraffic === undefined && exclude.length === 0 && !keepQuic
      ? succeed({ ready: {}, stop: () => Promise.resolve(null) })
      : fail('bad-scope', '--for-traffic, --exclude and --keep-quic go with --transparent PORT.');
  }
  const scope = readScope(forTraffic ?? 'this-machine');
  if (!scope.ok) return scope;
  return redirectHere({ port, scope: scope.value, exclude, refuseQuic: !keepQuic }, redirected);
}

/**
 * Root sets the rules; anybody else is told on standard error what to type. `port`: 0 takes a free one. Failures: those
 * of `listenRedirected`, `transparentRules`, `applyRules` and `enterOwnCgroup`.
 */
export async function redirectHere(
  wanted: TransparentRules,
  redirected: RedirectedConnections,
): Promise<Result<Transparent>> {
  const { scope, refuseQuic } = wanted;
  const isRoot = process.geteuid?.() === 0;
  const listening = await listenRedirected({
    helperPath: redirectHelper,
    port: wanted.port,
    addresses: listenAddresses(scope),
    onTrouble: troublePrinter(),
    onConnection: (connection) => redirected.serve(connection, { process: null, quicRefused: refuseQuic }),
  });
  if (!listening.ok) return listening;
  const { port, ended, stop } = listening.value;
  const rules = transparentRules({ ...wanted, port });
  if (!rules.ok) {
    await stop();
    return rules;
  }
  const applied = isRoot ? await setRules(rules.value, scope) : succeed(null);
  if (!applied.ok) {
    await stop();
    return applied;
  }
  if (!isRoot) printCommands(rules.value, scope);
  void ended.then(complain);
  return succeed({
    ready: { transparent: { port, applied: isRoot, rules: rules.value } },
    stop: async () => {
      const counts = (await applied.value?.udpCounts()) ?? null;
      await applied.value?.remove();
      await stop();
      return counts;
    },
  });
}

/** For all of this machine, this process moves to a cgroup of its own as long as they hold. */
async function setRules(rules: string, scope: RedirectScope): Promise<Result<AppliedRules>> {
  const own = scope.kind === 'this-machine' ? enterOwnCgroup() : null;
  if (own?.ok === false) return own;
  const applied = await applyRules(rules);
  if (!applied.ok) {
    own?.value.remove();
    return applied;
  }
  void applied.value.ended.then(complain);
  return succeed({
    ...applied.value,
    remove: async () => {
      await applied.value.remove();
      own?.value.remove();
    },
  });
}

function complain(why: Failure | null): void {
  if (why !== null) printError(why.message);
}

/** Who may not be root types this; also which comes first, since our own connections must not come back to us. */
function printCommands(rules: string, scope: RedirectScope): void {
  const { apply, remove } = applyCommands(rules);
  const first = scope.kind === 'this-machine' ? ownCgroupCommands(process.pid) : [];
  const lines = [
    'Only root may set the rules. Type this in another terminal:',
    '',
    ...first,
    apply,
    '',
    'And when you are done:',
    '',
    remove,
    '',
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

function readScope(text: string): Result<RedirectScope> {
  const [kind = '', ...rest] = text.split(':');
  const value = rest.join(':');
  if (text === 'this-machine') return succeed({ kind: 'this-machine', engineCgroup: ownCgroupPath() });
  if (text === 'forwarded') return succeed({ kind: 'forwarded' });
  if (kind === 'user' && /^\d{1,10}$/.test(value)) {
    return Number(value) === process.geteuid?.()
      ? fail(
          'bad-scope',
          `Plumbline itself runs as the user ${value}, so its own connections would come back to it. Run the program as another user, or use: plumbline run`,
        )
      : succeed({ kind: 'user', uid: Number(value) });
  }
  if (kind === 'cgroup' && value !== '') {
    const path = value.replace(/^\/+(?:sys\/fs\/cgroup\/+)?|\/+$/g, '');
    return isInCgroup(path)
      ? fail(
          'bad-scope',
          `Plumbline itself is in the cgroup ${path}, so its own connections would come back to it. Start it elsewhere.`,
        )
      : succeed({ kind: 'cgroup', path });
  }
  return fail(
    'bad-scope',
    `"${text}" does not say whose connections are redirected. Write this-machine, forwarded, user:UID (the number) or cgroup:PATH.`,
  );
}
