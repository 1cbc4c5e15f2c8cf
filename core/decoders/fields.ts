/** One `name=value`, decoded and as it was sent. */
export interface Field {
  readonly name: string;
  /** Null where there is no `=`. */
  readonly value: string | null;
  readonly nameSent: string;
  readonly valueSent: string | null;
  /** What is malformed in it, one sentence. The part in question is then shown as it was sent. */
  readonly problem: string | null;
}

export interface FieldList {
  readonly kind: 'fields';
  readonly fields: readonly Field[];
  readonly notes: readonly string[];
}
