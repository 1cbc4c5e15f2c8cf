import { JsonSkimmer, parseJson, skimLimits, type SkimLimits } from '../encoding/json-skim.ts';
import type { ByteSource } from '../encoding/byte-source.ts';
import type { FormatExchange, ReadContext } from './format.ts';
import { harCreatorOf } from './har-creators.ts';
import { createEntryReader } from './har-entry.ts';
import { isObject, ownVersion } from './har-own.ts';

const entryLimits: SkimLimits = { ...skimLimits, rawKeys: ['_webSocketMessages', '_plumblineMessages'] };
/** For what is only passed over. */
const nothing: SkimLimits = { ...skimLimits, keptBytesMax: 0 };

/** What the log says about its writer. */
interface LogFacts {
  creator: string;
  ownVersion: number;
}

/**
 * HAR 1.1 and 1.2, entry by entry: of an entry everything but long strings is in memory, those are read when the
 * body is. Every writer's own ways are set right (har-creators.ts). An entry that cannot be used is skipped.
 */
export async function* readHar(source: ByteSource, context: ReadContext): AsyncGenerator<FormatExchange> {
  const start = await source.read(0, 3);
  const json = new JsonSkimmer(source, context.platform, isByteOrderMark(start) ? 3 : 0);
  if (!(await json.take('{'))) return;
  for (;;) {
    const key = await json.key(skimLimits);
    if (key === null) return context.report.cut();
    if (key === 'log' && (await json.take('{'))) break;
    if ((await json.value(nothing)).cut) return context.report.cut();
    if (!(await json.take(','))) return;
  }
  const facts: LogFacts = { creator: '', ownVersion: 0 };
  for (;;) {
    const key = await json.key(skimLimits);
    if (key === null) {
      if ((await json.peek()) !== 0x7d) context.report.cut();
      return;
    }
    if (key === 'entries' && (await json.take('['))) {
      if (facts.creator === '') {
        await readFactsBehind(new JsonSkimmer(source, context.platform, json.position()), facts);
      }
      if (!(yield* readEntries(json, source, facts, context))) return;
    } else {
      await readFact(json, key, facts);
    }
    if (!(await json.take(','))) {
      if (!(await json.take('}'))) context.report.cut();
      return;
    }
  }
}

/** False: nothing behind the entries can be read. */
async function* readEntries(
  json: JsonSkimmer,
  source: ByteSource,
  facts: LogFacts,
  context: ReadContext,
): AsyncGenerator<FormatExchange, boolean> {
  const { report } = context;
  const useOwn = facts.ownVersion > 0 && facts.ownVersion <= ownVersion;
  if (facts.ownVersion > ownVersion) {
    report.warn('The file was written by a newer Plumbline: what only that one knows is left out.');
  }
  const readEntry = createEntryReader(source, harCreatorOf(facts.creator), useOwn, context);
  if (await json.take(']')) return true;
  for (let index = 0; ; index++) {
    const before = json.position();
    const skimmed = await json.value(entryLimits);
    if (skimmed.cut) {
      report.cut();
      return false;
    }
    if (skimmed.text === null) {
      report.skip(index, `The entry was left out because ${skimmed.problem ?? 'it cannot be read'}.`);
    } else if (json.position() === before) {
      report.cut();
      return false;
    } else {
      const entry = parseJson(skimmed.text);
      const read = isObject(entry) ? readEntry(entry, skimmed.ranges) : 'The entry is not valid JSON.';
      if (typeof read === 'string') report.skip(index, read);
      else yield read;
    }
    if (await json.take(',')) continue;
    if (await json.take(']')) return true;
    report.cut();
    return false;
  }
}

async function readFact(json: JsonSkimmer, key: string, facts: LogFacts): Promise<void> {
  const isFact = key === 'creator' || key === '_plumbline';
  const { text } = await json.value(isFact ? skimLimits : nothing);
  const value = text === null ? undefined : parseJson(text);
  if (key === 'creator' && isObject(value) && typeof value['name'] === 'string')
    facts.creator = value['name'];
  if (key === '_plumbline' && isObject(value)) {
    facts.ownVersion = typeof value['version'] === 'number' ? value['version'] : 0;
  }
}

/** Goes through the entries once without reading them, when the writer stands behind them. */
async function readFactsBehind(json: JsonSkimmer, facts: LogFacts): Promise<void> {
  if (!(await json.take(']'))) {
    do {
      const before = json.position();
      if ((await json.value(nothing)).cut || json.position() === before) return;
    } while (await json.take(','));
    if (!(await json.take(']'))) return;
  }
  while (await json.take(',')) {
    const key = await json.key(skimLimits);
    if (key === null) return;
    await readFact(json, key, facts);
  }
}

function isByteOrderMark(start: Uint8Array): boolean {
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf;
}
