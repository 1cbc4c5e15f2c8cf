/** Why an operation did not succeed. */
export interface Failure {
  /** Kebab-case, stable: what code decides on. */
  readonly code: string;
  /** One plain line for a person: what happened and, where there is something to do, what to do. */
  readonly message: string;
}

/**
 * Outcome of an operation whose failure is expected (a missing file, bad input). Our own mistakes throw instead,
 * and traffic that went wrong is data on its exchange, not a failure.
 */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

/** What `fail` gives: assignable to a `Result` of any value. */
export interface Failed {
  readonly ok: false;
  readonly error: Failure;
}

/** An outcome that holds `value`. */
export function succeed<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** An outcome that holds only why there is no value. */
export function fail(code: string, message: string): Failed {
  return { ok: false, error: { code, message } };
}
