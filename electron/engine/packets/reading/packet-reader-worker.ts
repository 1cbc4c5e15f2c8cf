import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { PacketScope } from '../../../../core/contract/packets.ts';
import { planDisplayFilter, faultText } from '../../../../core/packets/filter/plan.ts';
import { indexFields } from '../../../../core/packets/filter/fields.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { createDissection } from '../../dissection/dissection.ts';
import type { DecodeAsRule } from '../../dissection/dissector.ts';
import { openForReading } from '../../session/session-file.ts';
import { errorText, type Sqlite } from '../../session/sqlite.ts';
import { createConversationIndex } from './conversation-index.ts';
import { createConversationList } from './conversation-list.ts';
import { followConversation, seriesOf } from './conversation-reading.ts';
import { createExchangePackets } from './exchange-packets.ts';
import { followHttp } from './follow-http.ts';
import { expertOf } from './packet-expert.ts';
import { createPacketFile, timeUs, troublesOf } from './packet-file.ts';
import { createPacketRows } from './packet-rows.ts';
import { treeOf } from './packet-tree.ts';
import { createPacketViews, graphOf, type PacketView, type ScopeTest } from './packet-views.ts';
import { createSlowFilter } from './slow-filter.ts';
import type {
  FromPacketReader,
  PacketMethod,
  PacketReaderHandlers,
  PacketReaderStart,
  ToPacketReader,
} from './reader-messages.ts';

/** Lines of key logs that are used. */
const secretsMax = 200_000;
/** A view that grows is told this often. */
const tellEveryMs = 100;

function send(message: FromPacketReader): void {
  parentPort?.postMessage(message);
}

function createHandlers(db: Sqlite, { firstViewId, dissection, capture }: PacketReaderStart): Parts {
  const file = createPacketFile(db, capture);
  const conversations = createConversationIndex(db);
  const rows = createPacketRows(db, file, conversations);
  const exchanges = createExchangePackets(db, file, conversations);
  const list = createConversationList(db, conversations, exchanges);
  const dissector = createDissection(dissection);
  const secretLines = db.prepare('SELECT line FROM secrets ORDER BY id LIMIT ?').pluck();
  const markedNumbers = db.prepare('SELECT number FROM packet_marks WHERE marked = 1').pluck();
  const bytesOf = db.prepare('SELECT total(bytesA + bytesB) FROM packet_conversations').pluck();
  let rules: readonly DecodeAsRule[] = [];
  let keyLog: string | null = null;
  let marked: ReadonlySet<number> | null = null;
  const changed = new Set<number>();
  let timer: NodeJS.Timeout | null = null;

  const keys = (): string => (keyLog ??= (secretLines.all(secretsMax) as string[]).join('\n'));
  const marks = (): ReadonlySet<number> => (marked ??= new Set(markedNumbers.all() as number[]));

  function noteChanged(view: PacketView): void {
    changed.add(view.id);
    timer ??= setTimeout(() => {
      timer = null;
      for (const id of changed) {
        const found = views.get(id);
        if (!found.ok) continue;
        send({
          kind: 'view-changed',
          change: { viewId: id, count: found.value.count(), progress: found.value.progress() },
        });
      }
      changed.clear();
    }, tellEveryMs);
  }

  function scopeOf(scope: PacketScope): Result<ScopeTest> {
    switch (scope.kind) {
      case 'all':
        return succeed({ conversations: null, numbers: null });
      case 'conversation':
        return succeed({ conversations: new Set([scope.id]), numbers: null });
      case 'exchange': {
        const carried = exchanges.of(scope.id);
        if (!carried.ok) return carried;
        const numbers = carried.value.flatMap((each) => [...each.numbers]).sort((a, b) => a - b);
        return succeed({ conversations: null, numbers: Uint32Array.from(new Set(numbers)) });
      }
      default:
        return scope satisfies never;
    }
  }

  const views = createPacketViews({
    file,
    conversations,
    marked: marks,
    scopeOf: (scope) => Promise.resolve(scopeOf(scope)),
    slowFilter: createSlowFilter({ file, dissector, keyLog: keys, rules: () => rules }),
    firstViewId,
    changed: noteChanged,
  });

  function spanOf(
    id: number,
  ): { id: number; transport: string; firstPacket: number; lastPacket: number } | null {
    const found = list.get(id);
    if (found === null) return null;
    const { protocol, firstPacket, lastPacket } = found.conversation;
    return { id, transport: protocol, firstPacket, lastPacket };
  }

  const noConversation = (id: number): ReturnType<typeof fail> =>
    fail('no-such-conversation', `There is no conversation ${id}.`);

  const handlers: PacketReaderHandlers = {
    state: () => {
      const [first, last] = [file.place(1), file.place(file.count())];
      const at = (place: typeof first): number | null => {
        const columns = place === null ? null : file.columns(place.block);
        return place === null || columns === null ? null : timeUs(columns, place.index);
      };
      return succeed({
        packets: file.count(),
        bytes: bytesOf.get() as number,
        conversations: list.count(),
        firstAtUs: at(first),
        lastAtUs: at(last),
        interfaces: file.interfaces().map(({ id, name, linkType }) => ({ id, name, linkType })),
      });
    },
    openView: async ({ scope, filter }) => {
      const opened = await views.open(scope, filter);
      if (!opened.ok) return opened;
      const { id, count, progress } = opened.value;
      return succeed({ viewId: id, count: count(), progress: progress() });
    },
    closeView: ({ viewId }) => {
      views.close(viewId);
      return succeed({});
    },
    stopView: ({ viewId, stopped }) => {
      const view = views.get(viewId);
      if (!view.ok) return view;
      view.value.stop(stopped);
      return succeed({ progress: view.value.progress() });
    },
    rows: ({ viewId, from, limit }) => {
      const view = views.get(viewId);
      if (!view.ok) return view;
      const count = view.value.count();
      const numbers: number[] = [];
      for (let index = from; index < Math.min(count, from + limit); index++) {
        numbers.push(view.value.number(index));
      }
      return succeed({ from, rows: rows(numbers), count });
    },
    position: ({ viewId, number }) => {
      const view = views.get(viewId);
      return view.ok ? succeed({ index: view.value.position(number) }) : view;
    },
    findNext: ({ viewId, from, backwards, troubles }) => {
      const view = views.get(viewId);
      if (!view.ok) return view;
      const count = view.value.count();
      const step = backwards ? -1 : 1;
      for (let index = from + step; index >= 0 && index < count; index += step) {
        const number = view.value.number(index);
        if (troubles === 0) {
          if (marks().has(number)) return succeed({ index });
          continue;
        }
        const place = file.place(number);
        const columns = place === null ? null : file.columns(place.block);
        if (place !== null && columns !== null && (troublesOf(columns, place.index) & troubles) !== 0) {
          return succeed({ index });
        }
      }
      return succeed({ index: null });
    },
    checkFilter: async ({ filter }) => {
      const plan = planDisplayFilter(filter);
      if (plan.runsIn === 'index') return succeed({ problem: null, runsIn: plan.runsIn });
      if (plan.runsIn === 'nobody') return succeed({ problem: faultText(plan.fault), runsIn: 'index' });
      const checked = await dissector.checkFilter(filter);
      return succeed({ problem: checked.ok ? checked.value : checked.error.message, runsIn: 'wireshark' });
    },
    fields: async ({ prefix, limit }) => {
      const own = indexFields(prefix).slice(0, limit);
      const more = await dissector.fields(prefix, limit);
      const all = new Map([...own, ...(more.ok ? more.value : [])].map((field) => [field.name, field]));
      return succeed({ fields: [...all.values()].slice(0, limit) });
    },
    get: async ({ number }) => {
      const [row] = rows([number]);
      if (row === undefined) return fail('no-such-packet', `There is no packet ${number}.`);
      const span = row.conversation === null ? null : spanOf(row.conversation);
      const dissected = treeOf(
        { file, conversations, dissector, keyLog: keys, rules: () => rules },
        row,
        span,
      );
      // Seen to below.
      dissected.catch(() => undefined);
      // Looked up while the dissection process is at work, which needs a turn to be asked.
      await setImmediate();
      const exchangeId = row.conversation === null ? null : exchanges.exchangeOf(number, row.conversation);
      const tree = await dissected;
      if (!tree.ok) return tree;
      return succeed({ row, ...tree.value, exchangeId });
    },
    decodeAs: async ({ set }) => {
      if (set !== undefined) rules = set;
      const protocols = await dissector.protocols();
      return succeed({ rules: [...rules], protocols: protocols.ok ? [...protocols.value] : [] });
    },
    expert: () => succeed({ groups: expertOf(file) }),
    conversations: ({ from, limit, sort, descending, text }) =>
      succeed(list.list(from, limit, sort, descending, text)),
    conversation: ({ id }) => {
      const found = list.get(id);
      return found === null ? noConversation(id) : succeed(found);
    },
    series: ({ id, fromUs, toUs, pointsMax }) => {
      const span = spanOf(id);
      return span === null ? noConversation(id) : succeed(seriesOf(file, span, fromUs, toUs, pointsMax));
    },
    follow: async ({ id, as, from, bytesMax }) => {
      const span = spanOf(id);
      if (span === null) return noConversation(id);
      if (as === 'tcp' || as === 'udp' || as === 'tls') {
        return succeed(followConversation(file, span, as, from, bytesMax, keys()));
      }
      return await followHttp({ file, dissector, keyLog: keys(), rules }, span, as, from, bytesMax);
    },
    graph: ({ viewId, buckets, fromUs, toUs }) => {
      const view = views.get(viewId);
      return view.ok ? succeed(graphOf(view.value, file, buckets, fromUs, toUs)) : view;
    },
    ofExchange: ({ id }) => {
      const carried = exchanges.of(id);
      if (!carried.ok) return carried;
      return succeed({
        count: new Set(carried.value.flatMap((each) => each.numbers)).size,
        conversations: carried.value.map(({ id: conversation, leg, firstPacket, lastPacket }) => ({
          id: conversation,
          leg,
          firstPacket,
          lastPacket,
        })),
      });
    },
  };

  return {
    handlers,
    grew: () => {
      conversations.refresh();
      exchanges.forget();
      keyLog = null;
      marked = null;
      if (!file.refresh()) return;
      for (const view of views.all()) {
        while (view.advance());
        noteChanged(view);
      }
    },
    close: dissector.close,
  };
}

interface Parts {
  readonly handlers: PacketReaderHandlers;
  readonly grew: () => void;
  readonly close: () => void;
}

/** Opens the file at the first question: the thread may start before there is one. */
function run(start: PacketReaderStart): void {
  let open: { readonly db: Sqlite; readonly parts: Parts } | null = null;

  function parts(): Parts | null {
    if (open !== null) return open.parts;
    const opened = openForReading(start.path, !start.isSaved);
    if (!opened.ok) {
      send({ kind: 'refused', failure: opened.error });
      parentPort?.close();
      return null;
    }
    const { db } = opened.value;
    open = { db, parts: createHandlers(db, start) };
    open.parts.grew();
    return open.parts;
  }

  parentPort?.on('message', (message: ToPacketReader) => {
    switch (message.kind) {
      case 'call': {
        const handlers = parts()?.handlers;
        if (handlers === undefined) return;
        void answer(handlers, message.method, message.params).then((outcome) =>
          send({ kind: 'answer', id: message.id, outcome }),
        );
        return;
      }
      case 'grew':
        open?.parts.grew();
        return;
      case 'close':
        open?.parts.close();
        open?.db.close();
        parentPort?.close();
        return;
      default:
        message satisfies never;
    }
  });
}

/** A damaged file makes one answer fail, not the thread. */
async function answer(
  handlers: PacketReaderHandlers,
  method: PacketMethod,
  params: unknown,
): Promise<Result<unknown>> {
  try {
    const handler = handlers[method] as (params: unknown) => unknown;
    return (await handler(params)) as Result<unknown>;
  } catch (error) {
    return fail('cannot-read', `The packets cannot be read (${errorText(error)}). The file may be damaged.`);
  }
}

run(workerData as PacketReaderStart);
