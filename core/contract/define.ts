import type { z } from 'zod';

/** A question a window may ask: its parameters are validated on the engine side before anything is done. */
export interface MethodDeclaration<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly params: P;
  readonly result: R;
}

/** One service: the methods a window may call and the events it may hear. Types, client and dispatch follow from it. */
export interface ServiceDeclaration {
  readonly methods: Readonly<Record<string, MethodDeclaration>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

export function method<P extends z.ZodType, R extends z.ZodType>(
  params: P,
  result: R,
): MethodDeclaration<P, R> {
  return { params, result };
}

export function service<const S extends ServiceDeclaration>(declaration: S): S {
  return declaration;
}

export type Params<M extends MethodDeclaration> = z.infer<M['params']>;
export type ResultOf<M extends MethodDeclaration> = z.infer<M['result']>;
