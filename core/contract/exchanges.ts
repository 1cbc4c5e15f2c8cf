import { z } from 'zod';
import type { ConversationRecord, ExchangeRecord, Way } from '../model/exchange-record.ts';
import type { QueryFacts } from '../model/query-facts.ts';
import { filterTextMax } from '../filter/filter-limits.ts';
import { markColors } from '../filter/node.ts';
import { parseHeaderColumn, sortColumns, type HeaderColumn } from '../model/list-columns.ts';
import { commentCharsMax, type Mark } from '../model/mark.ts';
import { method, service } from './define.ts';

/** A session that is open; left out: the one that is recorded into. */
const sessionId = z.number().int().nonnegative().optional();
const viewId = z.number().int().nonnegative();
const exchangeId = z.number().int().positive();

/** Filter text (core/filter/parse-filter.ts); empty for everything. */
const filter = z.string().max(filterTextMax);

const headerColumn = z.custom<HeaderColumn>(
  (value) => typeof value === 'string' && parseHeaderColumn(value) !== null,
  'A header column is request. or response. and the name of the field in lower case.',
);
const sort = z.object({ column: z.union([z.enum(sortColumns), headerColumn]), descending: z.boolean() });

/**
 * How far a view that has to read heads or bodies has come; null when it is complete. `isStopped`: it looks no
 * further until it is told to go on.
 */
export const viewProgress = z
  .object({ done: z.number(), total: z.number(), isStopped: z.boolean() })
  .nullable();
export type ViewProgress = z.infer<typeof viewProgress>;

/**
 * Exchanges of a view named one by one, or with `ids: null` all of them. What is done to all of a view whose heads or
 * bodies are still being read fails with `view-incomplete`, unless the view was stopped; a summary is of those found.
 */
export const selectedMax = 100_000;
const selected = z.object({ viewId, ids: z.array(exchangeId).max(selectedMax).nullable() });

/**
 * A row of a list. `headers`: the values of the header columns that were asked for, in their order. `way`, `process` and
 * `device` are those of the client leg, `via` that of the server leg.
 */
export type ListedExchange = ExchangeRecord & {
  readonly mark: Mark | null;
  readonly way: Way | null;
  readonly process: string | null;
  readonly device: string | null;
  readonly via: string | null;
  readonly headers: readonly (string | null)[];
};

/** Percentiles are nearest-rank (p50: the smallest value that half of the values do not exceed); null for no values. */
export const percentiles = z.object({
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});
export type Percentiles = z.infer<typeof percentiles>;

/** Numbers that a distribution can be asked of: durations in µs, sizes in bytes. */
export const measuredFields = [
  'time',
  'wait',
  'dns',
  'connect',
  'tls',
  'send',
  'receive',
  'added',
  'stall',
  'size',
  'requestSize',
] as const;
export type MeasuredField = (typeof measuredFields)[number];

export const selectionSummary = z.object({
  count: z.number(),
  requestBytes: z.number(),
  responseBytes: z.number(),
  /** First request byte of the first to the end of the last that ended, µs since the epoch; null for none. */
  fromUs: z.number().nullable(),
  toUs: z.number().nullable(),
  /** Failed, or answered with 400 and above or a gRPC status other than 0. */
  problems: z.number(),
  /** Of `exchangeDurationUs`, µs, over those that ended. */
  time: percentiles.nullable(),
  wait: percentiles.nullable(),
});
export type SelectionSummary = z.infer<typeof selectionSummary>;

/** One branch of the tree beside the list. */
export const branch = z.object({
  /** A host, an application, or a path segment with the slash before it. */
  name: z.string(),
  count: z.number(),
  problems: z.number(),
  /** Whether there is something to open below it. */
  hasBranches: z.boolean(),
});
export type Branch = z.infer<typeof branch>;

/** What exchanges are grouped by. */
export const groupFields = ['host', 'statement', 'app', 'type', 'method', 'protocol'] as const;
export type GroupField = (typeof groupFields)[number];
/** What the greatest groups have most of: time in all, exchanges, problems, rows of databases; or a percentile of their times, or the greatest. */
export const groupOrders = ['total', 'count', 'p50', 'p95', 'max', 'problems', 'rows'] as const;
export type GroupOrder = (typeof groupOrders)[number];

/** Exchanges with the same value. Of the times, in µs, those are left out that are long on purpose. */
export const exchangeGroup = z.object({
  name: z.string(),
  count: z.number(),
  problems: z.number(),
  /** Rows that databases answered with or changed. */
  rows: z.number(),
  totalUs: z.number(),
  /** Null when none of them has ended. */
  time: percentiles.nullable(),
});
export type ExchangeGroup = z.infer<typeof exchangeGroup>;

/** A longer name of a header field is not offered. */
export const headerNameCharsMax = 80;
/** Names in lower case, most frequent first. */
export const headerNames = z.object({ request: z.array(z.string()), response: z.array(z.string()) });
export type HeaderNames = z.infer<typeof headerNames>;

/** Header lines in the order and case they were sent; `raw` is the exact head as ISO 8859-1 text. */
export const headView = z.object({
  raw: z.string(),
  startLine: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
});
export type HeadView = z.infer<typeof headView>;

/** Exchanges of one connection that are told at once. */
export const sharingMax = 200;

export const exchangeDetail = z.object({
  exchange: z.custom<ExchangeRecord>(),
  url: z.string(),
  clientLeg: z.custom<ConversationRecord>().nullable(),
  serverLeg: z.custom<ConversationRecord>().nullable(),
  /** What the client sent; what left for the server when it differs (plain HTTP proxy requests), else null. */
  request: headView.nullable(),
  requestForwarded: headView.nullable(),
  interim: z.array(headView),
  response: headView.nullable(),
  requestTrailers: z.array(z.tuple([z.string(), z.string()])),
  responseTrailers: z.array(z.tuple([z.string(), z.string()])),
  /** Of a question to a database, a name server or the like; null for HTTP, and before the answer. */
  question: z.custom<QueryFacts>().nullable(),
});
export type ExchangeDetail = z.infer<typeof exchangeDetail>;

export const exchangesService = service({
  methods: {
    /**
     * A view is an ordered selection kept up to date by the engine; a window holds at most a few and closes them.
     * Failure `bad-filter`: the filter text has a mistake, said in its message.
     */
    openView: method(
      z.object({ sessionId, filter, sort }),
      z.object({ viewId, count: z.number(), progress: viewProgress }),
    ),
    closeView: method(z.object({ viewId }), z.object({})),
    /**
     * Looks no further in a view that is not complete, or goes on with it. What was found until then stays, sorts and
     * answers like any other view, and the next view with the same filter begins with it, stopped too.
     */
    stopView: method(z.object({ viewId, stopped: z.boolean() }), z.object({ progress: viewProgress })),
    /** Rows `from` … `from + limit - 1` of the view, in its order. Fewer at the end. */
    rows: method(
      z.object({
        viewId,
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(500),
        headers: z.array(headerColumn).max(16).optional(),
      }),
      z.object({ from: z.number(), rows: z.array(z.custom<ListedExchange>()), count: z.number() }),
    ),
    /** Ids of the rows `from` … `from + limit - 1`, in order. */
    ids: method(
      z.object({
        viewId,
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(selectedMax),
      }),
      z.object({ ids: z.array(z.number()) }),
    ),
    /** Where an exchange stands in the view, null when it is not in it. */
    position: method(z.object({ viewId, id: z.number().int() }), z.object({ index: z.number().nullable() })),
    get: method(z.object({ sessionId, id: z.number().int() }), exchangeDetail),
    /**
     * Exchanges on the same connection to the server, this one among them, in the order they began: those nearest to it,
     * at most `sharingMax`. `count`: how many there are within 262,144 exchanges on either side. Empty without a connection.
     */
    sharing: method(
      z.object({ sessionId, id: z.number().int() }),
      z.object({ exchanges: z.array(z.custom<ExchangeRecord>()), count: z.number() }),
    ),
    /** What the selected exchanges sum up to. */
    summary: method(selected, selectionSummary),
    /**
     * Requests over time: exchanges of the view by their beginning, in `buckets` equal parts of `fromUs` … `toUs`
     * (null: from the first to the last). `problems` as in a summary.
     */
    timeline: method(
      z.object({
        viewId,
        buckets: z.number().int().positive().max(4000),
        fromUs: z.number().nullable(),
        toUs: z.number().nullable(),
      }),
      z.object({
        fromUs: z.number(),
        toUs: z.number(),
        total: z.array(z.number()),
        problems: z.array(z.number()),
      }),
    ),
    /** Percentiles of one field over the view, without times that are long on purpose, and a histogram with borders that grow geometrically. */
    distribution: method(
      z.object({
        viewId,
        field: z.enum(measuredFields),
        buckets: z.number().int().positive().max(200),
      }),
      z.object({
        count: z.number(),
        percentiles: percentiles.nullable(),
        buckets: z.array(z.object({ from: z.number(), to: z.number(), count: z.number() })),
      }),
    ),
    /**
     * Exchanges of the view by the value of a column, the greatest groups first. `count` and `totalUs` are over all
     * groups, `more` counts those left out. Exchanges without a value, as without a statement, are in no group; nor
     * are those with further values than 100,000, which `count` has all the same.
     */
    groups: method(
      z.object({
        viewId,
        by: z.enum(groupFields),
        order: z.enum(groupOrders),
        limit: z.number().int().positive().max(500),
      }),
      z.object({
        groups: z.array(exchangeGroup),
        count: z.number(),
        totalUs: z.number(),
        more: z.number(),
      }),
    ),
    /**
     * Branches of what a filter shows, most exchanges first, at most 1,000; `more` counts those left out. `under`
     * names the way down: nothing for hosts or applications, then host and path segments.
     */
    branches: method(
      z.object({
        sessionId,
        filter,
        by: z.enum(['host', 'app']),
        under: z.array(z.string().max(8192)).max(32),
      }),
      z.object({ branches: z.array(branch), more: z.number() }),
    ),
    /** The most frequent values of a text column, for completion; at most `limit`. */
    values: method(
      z.object({
        sessionId,
        field: z.enum(['method', 'scheme', 'host', 'type', 'protocol', 'app', 'statement', 'error']),
        limit: z.number().int().positive().max(500),
      }),
      z.object({ values: z.array(z.string()) }),
    ),
    /** Names of header fields in the heads of the newest 1,000 exchanges, or fewer with very long heads; `limit` of each side. */
    headerNames: method(z.object({ sessionId, limit: z.number().int().positive().max(500) }), headerNames),
    /** Puts a colour, a comment or a pin on exchanges; what is left out stays as it is. */
    mark: method(
      selected.extend({
        color: z.enum(markColors).nullable().optional(),
        comment: z.string().max(commentCharsMax).optional(),
        pinned: z.boolean().optional(),
      }),
      z.object({ count: z.number() }),
    ),
    /** Takes exchanges out of every list. They leave the file when the session is closed; until then `restore` brings them back. */
    remove: method(selected, z.object({ removalId: z.number(), count: z.number() })),
    restore: method(z.object({ sessionId, removalId: z.number().int() }), z.object({ count: z.number() })),
  },
  events: {
    /** The view grew or rows in it changed. At most one per view and tick (50 ms). `changed` names rows to refetch, null for any. */
    viewChanged: z.object({
      viewId,
      count: z.number(),
      changed: z.array(z.number()).nullable(),
      progress: viewProgress,
    }),
  },
});
