import { markColors, type MarkColor } from '../filter/node.ts';
import {
  h2NoteKinds,
  longLives,
  proxySteps,
  ways,
  type ExchangeState,
  type H2Note,
} from '../model/exchange-record.ts';
import {
  unknownConversation,
  unknownRecord,
  type FormatConversation,
  type FormatExchange,
  type FormatHeads,
  type FormatLeg,
  type FormatRecord,
} from './format.ts';

/** `_plumbline` of an entry: what HAR cannot say. Fields that nothing is known of are left out. */
export interface OwnFields {
  readonly record: Partial<FormatRecord>;
  readonly clientLeg?: OwnLeg;
  readonly serverLeg?: OwnLeg;
  readonly heads: Partial<FormatHeads>;
  readonly color?: MarkColor;
  readonly pinned?: true;
}

/** `conversation` only where its key comes for the first time. */
export interface OwnLeg {
  readonly key: string;
  readonly conversation?: Partial<FormatConversation>;
}

/** The version of `_plumbline`. One that is higher is not read: then the standard fields count alone. */
export const ownVersion = 1;

/** `unknown` where a value does not differ. */
export function differing<T extends object>(value: T, unknown: T): Partial<T> {
  const entries = Object.entries(value) as [keyof T, unknown][];
  return Object.fromEntries(
    entries.filter(([name, field]) => JSON.stringify(field) !== JSON.stringify(unknown[name])),
  ) as Partial<T>;
}

/** Null where the entry has none, or one that does not fit: then the standard fields count. */
export function readOwnFields(
  value: unknown,
): Pick<FormatExchange, 'record' | 'clientLeg' | 'serverLeg' | 'heads' | 'color' | 'pinned'> | null {
  if (!isObject(value) || !isObject(value['record'])) return null;
  const record = readFlat(value['record'], unknownRecord);
  if (!states.includes(record.state)) return null;
  const longLived = longLives.find((why) => why === record.longLived) ?? null;
  const heads = isObject(value['heads']) ? value['heads'] : {};
  const color = markColors.find((each) => each === value['color']) ?? null;
  return {
    // Messages are counted as they are read.
    record: { ...record, longLived, requestMessages: 0, responseMessages: 0 },
    clientLeg: readLeg(value['clientLeg'], 'client'),
    serverLeg: readLeg(value['serverLeg'], 'server'),
    heads: {
      request: textOrNull(heads['request']),
      interim: texts(heads['interim']),
      response: textOrNull(heads['response']),
      requestTrailers: texts(heads['requestTrailers']),
      responseTrailers: texts(heads['responseTrailers']),
    },
    color,
    pinned: value['pinned'] === true,
  };
}

const states: readonly ExchangeState[] = ['open', 'done', 'failed', 'interrupted'];

function readLeg(value: unknown, role: 'client' | 'server'): FormatLeg | null {
  if (!isObject(value) || typeof value['key'] !== 'string') return null;
  const { key, conversation } = value;
  if (!isObject(conversation)) return { key, conversation: null };
  const { dialAttempts, chain, alpnOffered, h2Notes, way, ...flat } = conversation;
  return {
    key,
    conversation: {
      ...readFlat(flat, unknownConversation),
      role,
      dialAttempts: objects(dialAttempts, dialAttemptFields),
      chain: objects(chain, certificateFields),
      alpnOffered: texts(alpnOffered),
      h2Notes: objects<H2Note>(h2Notes, h2NoteFields).filter(({ what }) => h2NoteKinds.includes(what)),
      way: ways.find((each) => each === way) ?? null,
    },
  };
}

/** Fields of the kind that they have where nothing is known; times and numbers are told by their names. */
function readFlat<T extends object>(value: Readonly<Record<string, unknown>>, unknown: T): T {
  const read = Object.entries(unknown).filter(([name, empty]) => {
    const field = value[name];
    if (typeof empty === 'boolean') return typeof field === 'boolean';
    const isNumber =
      typeof empty === 'number' ||
      (empty === null && /Us$|^(status|h2Stream|grpcStatus|processId)$/.test(name));
    return isNumber ? Number.isFinite(field) : typeof field === 'string';
  });
  return { ...unknown, ...Object.fromEntries(read.map(([name]) => [name, value[name]])) };
}

const dialAttemptFields = {
  address: 'string',
  port: 'number',
  fromUs: 'number',
  toUs: 'number',
  error: 'text?',
  step: 'step?',
};
const h2NoteFields = { atUs: 'number', sender: 'string', what: 'string', text: 'string' };
const certificateFields = {
  subject: 'string',
  issuer: 'string',
  validFrom: 'string',
  validTo: 'string',
  names: 'texts',
  fingerprintSha256: 'string',
};

/** Those objects of an array that have all fields; entries beyond 100 are left out. */
function objects<T>(value: unknown, fields: Readonly<Record<string, string>>): T[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 100).filter((each: unknown): each is T => {
    if (!isObject(each)) return false;
    return Object.entries(fields).every(([name, kind]) => {
      const field = each[name];
      if (kind === 'texts') return Array.isArray(field) && field.every((text) => typeof text === 'string');
      if (kind === 'step?') return field === undefined || proxySteps.some((step) => step === field);
      if (kind === 'text?') return field === null || typeof field === 'string';
      return typeof field === kind;
    });
  });
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.slice(0, 100).filter((text: unknown): text is string => typeof text === 'string')
    : [];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
