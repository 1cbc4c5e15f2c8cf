import {
  hostOverride,
  upstreamUrl,
  type HostOverride,
  type UpstreamSettings,
} from '../../core/model/settings.ts';

/** What stands for a password in the window. */
const mask = '••••';

/** The address of an upstream proxy as it is shown: without its password. */
export function maskedAddress(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?([^:@]*):.*@/i, `$1$2:${mask}@`);
}

/** What was typed, with the password that is kept where its place-holder still stands. */
export function unmaskedAddress(typed: string, kept: string): string {
  const password = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^:@]*:(.*)@/i.exec(kept)?.[1];
  return password === undefined ? typed : typed.replace(`:${mask}@`, () => `:${password}@`);
}

type Rule = UpstreamSettings['rules'][number];
interface Problem {
  readonly problem: string;
}

export function ruleText({ host, proxy }: Rule): string {
  return `${host} = ${maskedAddress(proxy)}`;
}

/** Reads `HOST = PROXY` or `HOST = DIRECT`. */
export function parseRule(text: string): Rule | Problem {
  const match = /^([^\s=]+)\s*=\s*(\S.*)$/.exec(text);
  const [, host, proxy] = match ?? [];
  if (host === undefined || proxy === undefined)
    return { problem: 'Write a rule as *.shop.test = http://proxy.example:3128, or = DIRECT.' };
  if (proxy.toUpperCase() === 'DIRECT') return { host: host.toLowerCase(), proxy: 'DIRECT' };
  const checked = upstreamUrl.safeParse(proxy);
  return checked.success
    ? { host: host.toLowerCase(), proxy: checked.data }
    : { problem: checked.error.issues[0]?.message ?? '' };
}

export function overrideText({ host, address, port }: HostOverride): string {
  const place = port !== null && address.includes(':') ? `[${address}]` : address;
  return `${host} = ${place}${port === null ? '' : `:${port}`}`;
}

/** Reads `HOST = ADDRESS` or `HOST = ADDRESS:PORT`; IPv6 with a port stands in brackets. */
export function parseOverride(text: string): HostOverride | Problem {
  const match = /^([^\s=]+)\s*=\s*(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)|([0-9a-f:.]+))(?::(\d+))?$/i.exec(text);
  const [, host, bracketed, name, bare, port] = match ?? [];
  const checked = hostOverride.safeParse({
    host,
    address: bracketed ?? name ?? bare,
    port: port === undefined ? null : Number(port),
  });
  return match !== null && checked.success
    ? checked.data
    : { problem: 'Write an override as api.shop.test = 127.0.0.1, or = 127.0.0.1:8443.' };
}
