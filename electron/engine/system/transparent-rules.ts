import { isIP } from 'node:net';
import { fail, succeed, type Result } from '../../../core/model/result.ts';

/**
 * Whose connections rules of the machine redirect. Our own connections to servers must not be among them, or every one
 * would come back to us. A socket mark, the usual way to tell ours apart, needs a right and a call that Node has not,
 * and our user is mostly the one to be watched; hence:
 *
 * - `this-machine`: all programs but the engine, which has a cgroup of its own for that. Loopback and the machine's own
 *   addresses stay as they are: our window and the listener itself are there.
 * - `forwarded`: what this machine forwards as the gateway of others (phones, virtual machines, containers). Nothing of
 *   its own passes there, so ours does not either.
 * - `user`: all programs of one user, who must not be the engine's. Includes loopback.
 * - `cgroup`: all programs in one cgroup (v2), in which the engine must not be. Includes loopback.
 */
export type RedirectScope =
  | { readonly kind: 'this-machine'; readonly engineCgroup: string }
  | { readonly kind: 'forwarded' }
  | { readonly kind: 'user'; readonly uid: number }
  | { readonly kind: 'cgroup'; readonly path: string };

export interface TransparentRules {
  /** Of the listener that `listenRedirected` opened, on the addresses of `listenAddresses`. */
  readonly port: number;
  readonly scope: RedirectScope;
  /** Refuse UDP port 443, so that clients of HTTP/3 fall back to TCP, where they are seen. */
  readonly refuseQuic: boolean;
  /** Addresses and networks (`10.0.0.0/8`, `fd00::/8`) that are left alone. */
  readonly exclude: readonly string[];
}

const excludeMax = 256;

/** Takes the rules back, whoever set them. */
export const removeCommand = 'sudo nft delete table inet plumbline';

/** Redirected connections of this machine arrive on loopback, those of others at the address they came in by. */
export function listenAddresses({ kind }: RedirectScope): readonly string[] {
  return kind === 'forwarded' ? ['0.0.0.0', '::'] : ['127.0.0.1', '::1'];
}

/**
 * The rules in nft's language (nft(8)), to be shown and to be applied: one table of ours, which replaces what an earlier
 * run left. Works from kernel 5.2 and nftables 0.9.3 on, with cgroups from 5.13 and 0.9.9. Failures: `bad-rules`.
 */
export function transparentRules(rules: TransparentRules): Result<string> {
  const problem = problemOf(rules);
  if (problem !== null) return fail('bad-rules', problem);
  const lines = rules.scope.kind === 'forwarded' ? forwardedChains(rules) : ownChains(rules, rules.scope);
  return succeed(
    [
      '# Takes away what an earlier run left.',
      'table inet plumbline { }',
      'delete table inet plumbline',
      '',
      'table inet plumbline {',
      ...(rules.refuseQuic ? ['  counter quic_refused { }'] : []),
      ...lines.map((line) => `  ${line}`),
      '}',
      '',
    ].join('\n'),
  );
}

/**
 * QUIC goes to UDP port 1, where nobody listens: such a port answers as a server without QUIC does, whereas `reject`
 * has the sender's own call fail with "Operation not permitted".
 */
const closedPort = 1;

type OwnScope = Exclude<RedirectScope, { kind: 'forwarded' }>;

function ownChains({ port, refuseQuic, exclude }: TransparentRules, scope: OwnScope): string[] {
  const { spare, whose } = ownMatch(scope, port);
  return [
    'chain leaving {',
    '  type nat hook output priority -100',
    ...[...spare, ...exclusions(exclude)].map((line) => `  ${line}`),
    `  ${whose}meta l4proto tcp redirect to :${port}`,
    // Unless that was said before. A service of this machine on UDP port 443 is nobody's HTTP/3.
    ...(refuseQuic && scope.kind !== 'this-machine' ? ['  fib daddr type local accept'] : []),
    ...(refuseQuic ? [`  ${whose}udp dport 443 redirect to :${closedPort}`] : []),
    '}',
    ...(refuseQuic
      ? [
          'chain counted {',
          '  type filter hook output priority 0',
          `  udp dport ${closedPort} ct original proto-dst 443 counter name quic_refused accept`,
          '}',
        ]
      : []),
  ];
}

/** What is left alone, and how a rule says whom it is about. */
function ownMatch(scope: OwnScope, port: number): { readonly spare: string[]; readonly whose: string } {
  const listener = `fib daddr type local tcp dport ${port} accept`;
  switch (scope.kind) {
    case 'this-machine':
      return {
        spare: [`${cgroupMatch(scope.engineCgroup)} accept`, 'fib daddr type local accept'],
        whose: '',
      };
    case 'user':
      return { spare: [listener], whose: `meta skuid ${scope.uid} ` };
    case 'cgroup':
      return { spare: [listener], whose: `${cgroupMatch(scope.path)} ` };
    default:
      return scope satisfies never;
  }
}

function forwardedChains({ port, refuseQuic, exclude }: TransparentRules): string[] {
  const spared = exclusions(exclude).map((line) => `  ${line}`);
  return [
    'chain arriving {',
    '  type nat hook prerouting priority -100',
    '  fib daddr type local accept',
    ...spared,
    `  meta l4proto tcp redirect to :${port}`,
    '}',
    ...(refuseQuic
      ? [
          'chain passing {',
          '  type filter hook forward priority 0',
          ...spared,
          '  udp dport 443 counter name quic_refused reject with icmpx type port-unreachable',
          '}',
        ]
      : []),
  ];
}

function exclusions(exclude: readonly string[]): string[] {
  const of = (family: number): string[] => exclude.filter((each) => familyOf(each) === family);
  return [
    ...of(4).map((network) => `ip daddr ${network} accept`),
    ...of(6).map((network) => `ip6 daddr ${network} accept`),
  ];
}

/** nft looks the path up below /sys/fs/cgroup; the level says how many of its folders lie above the processes. */
function cgroupMatch(cgroup: string): string {
  // Where version 2 has a folder beside version 1, that folder is no level of its own.
  const level = cgroup.split('/').filter((part, index) => index > 0 || part !== 'unified').length;
  return `socket cgroupv2 level ${level} "${cgroup}"`;
}

function problemOf({ port, scope, exclude }: TransparentRules): string | null {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'Give a port from 1 to 65535.';
  if (exclude.length > excludeMax) return `At most ${excludeMax} addresses and networks can be left alone.`;
  const wrong = exclude.find((each) => familyOf(each) === 0);
  if (wrong !== undefined)
    return `"${wrong}" is no address or network. Write 192.0.2.7, 10.0.0.0/8 or fd00::/8.`;
  if (scope.kind === 'user' && (!Number.isInteger(scope.uid) || scope.uid < 0 || scope.uid > 0xffff_fffe))
    return 'Give the number of a user, as "id -u NAME" prints it.';
  const cgroup =
    scope.kind === 'cgroup' ? scope.path : scope.kind === 'this-machine' ? scope.engineCgroup : null;
  if (cgroup !== null && !/^(?!\.)[\w.@:-]+(\/(?!\.)[\w.@:-]+)*$/.test(cgroup))
    return 'Give the path of a cgroup below /sys/fs/cgroup, such as user.slice or plumbline/browser.';
  return null;
}

/** 4, 6, or 0 for what is neither an address nor a network. */
function familyOf(text: string): number {
  const [address, bits, ...rest] = text.split('/');
  const family = isIP(address ?? '');
  if (family === 0 || address?.includes('%') === true || rest.length > 0) return 0;
  if (bits === undefined) return family;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128) ? family : 0;
}
