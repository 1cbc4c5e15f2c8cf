/** A filter as the engine evaluates it; `parseFilter` makes it from what a person types, `formatFilter` writes it back. */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly node: FilterNode }
  | FilterTerm;

export type FilterTerm = TextTerm | NumberTerm | StateTerm | HeaderTerm | BodyTerm;

/** Text of an exchange that can be looked in. `any`: the URL as pasted from elsewhere, and every other one of these but `LegField`. */
export type TextField =
  | 'any'
  | 'url'
  | 'method'
  | 'scheme'
  | 'host'
  | 'path'
  | 'type'
  | 'protocol'
  | 'statement'
  | 'tier'
  | 'app'
  | 'error'
  | 'note'
  | 'comment'
  | LegField;

/** Texts of an exchange's connections: `via` of the server leg, the others of the client leg. */
export type LegField = (typeof legFields)[number];
export const legFields = ['process', 'way', 'device', 'via'] as const;

/** Looks in one text. A field that an exchange does not have (null) never matches. */
export interface TextTerm {
  readonly kind: 'text';
  readonly field: TextField;
  readonly match: TextMatch;
}

/**
 * `contains`, `equals`: ASCII case-insensitive. `wildcard`: the whole text, `*` for any run of characters.
 * `regex`: found anywhere, case-insensitive; the text is a valid JavaScript pattern.
 */
export interface TextMatch {
  readonly how: 'contains' | 'equals' | 'wildcard' | 'regex';
  readonly text: string;
}

/** Numbers of an exchange: times in µs, sizes in bytes of bodies on the wire, both null where there is none. */
export type NumberField =
  | 'id'
  | 'status'
  | 'port'
  | 'size'
  | 'requestSize'
  | 'time'
  | 'blocked'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'send'
  | 'wait'
  | 'receive'
  | 'added'
  | 'stall'
  | 'started'
  | 'messages'
  | 'grpcStatus'
  | 'h2Stream'
  | 'starved'
  | 'rows';

/** Holds for numbers from `min` to `max`; `null` is open. Never for an exchange without that number. */
export interface NumberTerm {
  readonly kind: 'number';
  readonly field: NumberField;
  readonly min: number | null;
  readonly max: number | null;
  /** Whether `min` or `max` itself is left out (`>`, `<`). */
  readonly minOpen: boolean;
  readonly maxOpen: boolean;
}

/** Yes-or-no properties, as `is:` and `has:` name them. `has` one of the colours: `color:red`. */
export interface StateTerm {
  readonly kind: 'state';
  readonly state:
    | 'open'
    | 'done'
    | 'failed'
    | 'interrupted'
    | 'tunnel'
    | 'reused'
    | 'pinned'
    | 'error'
    | 'comment'
    | 'color'
    | 'requestBody'
    | 'responseBody'
    | 'incomplete'
    | 'websocket'
    | 'eventStream'
    | 'grpc'
    | 'longLived'
    | MarkColor;
}

export const markColors = ['red', 'orange', 'yellow', 'green', 'blue', 'purple', 'grey'] as const;
export type MarkColor = (typeof markColors)[number];

/** A header field of either head. `match` null: the field is there. */
export interface HeaderTerm {
  readonly kind: 'header';
  readonly side: 'request' | 'response' | 'either';
  /** Lower case. */
  readonly name: string;
  readonly match: TextMatch | null;
}

/** Text in a decoded body. */
export interface BodyTerm {
  readonly kind: 'body';
  readonly side: 'request' | 'response' | 'either';
  readonly match: TextMatch;
}
