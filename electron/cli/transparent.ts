import { droppedUdpWords, refusedQuicWords } from '../../core/model/redirect-words.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import type { UdpCounts } from '../../core/model/udp-counts.ts';
import type { RedirectedConnections } from '../engine/redirected-connections.ts';
import { applyCommands, applyRules } from '../engine/system/apply-rules.ts';
import { enterOwnCgroup, isInCgroup, ownCgroupCommands, ownCgroupPath } from '../engine/system/own-cgroup.ts';
import { listenRedirected } from '../engine/system/redirect.ts';
import { listenAddresses, transparentRules, type RedirectScope } from '../engine/system/transparent-rules.ts';
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
  readonly stop: () => Promise<void>;
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

/**
 * Root sets the rules, and takes them back at the end; anybody else is told on standard error what to type. Failures:
 * those of `listenRedirected`, `transparentRules`, `applyRules` and `enterOwnCgroup`, `bad-scope`.
 */
export async function startTransparent(
  options: TransparentOptions,
  redirected: RedirectedConnections,
): Promise<Result<Transparent>> {
  const { transparent: port, exclude, keepQuic = false } = options;
  if (port === undefined) {
    return options.forTraffic === undefined && exclude.length === 0 && !keepQuic
      ? succeed({ ready: {}, stop: () => Promise.resolve() })
      : fail('bad-scope', '--for-traffic, --exclude and --keep-quic go with --transparent PORT.');
  }
  const scope = readScope(options.forTraffic ?? 'this-machine');
  if (!scope.ok) return scope;
  const isRoot = process.geteuid?.() === 0;
  const listening = await listenRedirected({
    helperPath: redirectHelper,
    port,
    addresses: listenAddresses(scope.value),
    onTrouble: troublePrinter(),
    onConnection: (connection) => redirected.serve(connection, { process: null, quicRefused: !keepQuic }),
  });
  if (!listening.ok) return listening;
  const listener = listening.value;
  const undo: (() => Promise<void> | void)[] = [listener.stop];
  const stopAll = async (): Promise<void> => {
    for (const each of undo.reverse()) await each();
  };
  const rules = transparentRules({
    port: listener.port,
    scope: scope.value,
    refuseQuic: !keepQuic,
    exclude,
  });
  if (!rules.ok) {
    await stopAll();
    return rules;
  }
  let udpCounts = (): Promise<UdpCounts | null> => Promise.resolve(null);
  if (isRoot) {
    const own = scope.value.kind === 'this-machine' ? enterOwnCgroup() : null;
    if (own?.ok === true) undo.push(own.value.remove);
    const applied = own?.ok === false ? own : await applyRules(rules.value);
    if (!applied.ok) {
      await stopAll();
      return applied;
    }
    undo.push(applied.value.remove);
    ({ udpCounts } = applied.value);
    void applied.value.ended.then((why) => {
      if (why !== null) printError(why.message);
    });
  } else {
    printCommands(rules.value, scope.value);
  }
  void listener.ended.then((why) => {
    if (why !== null) printError(why.message);
  });
  return succeed({
    ready: { transparent: { port: listener.port, applied: isRoot, rules: rules.value } },
    stop: async () => {
      for (const line of udpLines(await udpCounts())) printError(line);
      await stopAll();
    },
  });
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
    `"${text}" says not whose connections are redirected. Write this-machine, forwarded, user:UID (the number) or cgroup:PATH.`,
  );
}
