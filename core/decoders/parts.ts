/** A part's place in the body; the bytes stay where they are. */
export interface Part {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** From Content-Disposition (RFC 7578 section 4.2). */
  readonly name: string | null;
  readonly fileName: string | null;
  readonly contentType: string | null;
  readonly from: number;
  readonly to: number;
}

export interface Multipart {
  readonly kind: 'multipart';
  readonly boundary: string;
  readonly parts: readonly Part[];
  /** The closing boundary was seen. */
  readonly closed: boolean;
  readonly notes: readonly string[];
}
