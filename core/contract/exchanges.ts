import { z } from 'zod';
import type { ConversationRecord, ExchangeRecord } from '../model/exchange-record.ts';
import { method, service } from './define.ts';

export const filterColumns = [
  'any',
  'method',
  'status',
  'host',
  'path',
  'type',
  'protocol',
  'error',
] as const;

/** All clauses must hold; each is "the column contains this text", case-insensitive. `any` looks in every column. */
export const filterClause = z.object({ column: z.enum(filterColumns), text: z.string().max(1024) });
export const exchangeFilter = z.array(filterClause).max(16);
export type FilterClause = z.infer<typeof filterClause>;
export type ExchangeFilter = z.infer<typeof exchangeFilter>;

const viewId = z.number().int().nonnegative();

/** Header lines in the order and case they were sent; `raw` is the exact head as ISO 8859-1 text. */
export const headView = z.object({
  raw: z.string(),
  startLine: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
});
export type HeadView = z.infer<typeof headView>;

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
});
export type ExchangeDetail = z.infer<typeof exchangeDetail>;

export const exchangesService = service({
  methods: {
    /** A view is an ordered selection kept up to date by the engine; a window holds at most a few and closes them. */
    openView: method(z.object({ filter: exchangeFilter }), z.object({ viewId, count: z.number() })),
    closeView: method(z.object({ viewId }), z.object({})),
    /** Rows `from` … `from + limit - 1` of the view, in its order. Fewer at the end. */
    rows: method(
      z.object({
        viewId,
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(500),
      }),
      z.object({ from: z.number(), rows: z.array(z.custom<ExchangeRecord>()), count: z.number() }),
    ),
    /** Where an exchange stands in the view, null when it is not in it. */
    position: method(z.object({ viewId, id: z.number().int() }), z.object({ index: z.number().nullable() })),
    get: method(z.object({ id: z.number().int() }), exchangeDetail),
  },
  events: {
    /** The view grew or rows in it changed. At most one per view and tick (50 ms). `changed` names rows to refetch, null for any. */
    viewChanged: z.object({
      viewId,
      count: z.number(),
      changed: z.array(z.number()).nullable(),
    }),
  },
});
