import { z } from 'zod';
import { fail, type Result } from '../model/result.ts';
import type { MethodDeclaration, Params, ResultOf, ServiceDeclaration } from './define.ts';
import type { Contract } from './index.ts';
import type { AnswerMessage } from './wire.ts';

/** What the engine supplies: one function per declared method. */
export type Handlers<Context> = {
  readonly [S in keyof Contract]: {
    readonly [M in keyof Contract[S]['methods']]: Contract[S]['methods'][M] extends MethodDeclaration
      ? (
          params: Params<Contract[S]['methods'][M]>,
          context: Context,
        ) => Promise<Result<ResultOf<Contract[S]['methods'][M]>>>
      : never;
  };
};

const callMessage = z.object({
  kind: z.literal('call'),
  id: z.number().int(),
  service: z.string(),
  method: z.string(),
  params: z.unknown(),
});

type Handler<Context> = (params: unknown, context: Context) => Promise<Result<unknown>>;

/**
 * Validates one message from a window, calls the handler and gives the answer; null for what is not a call.
 * A handler that throws is our own mistake: it costs this call (`internal`), nothing else.
 */
export async function dispatch<Context>(
  declarations: Contract,
  handlers: Handlers<Context>,
  message: unknown,
  context: Context,
): Promise<AnswerMessage | null> {
  const parsed = callMessage.safeParse(message);
  if (!parsed.success) return null;
  const { id, service, method, params } = parsed.data;
  const outcome = await answer(declarations, handlers, service, method, params, context);
  return { kind: 'answer', id, outcome };
}

async function answer<Context>(
  declarations: Contract,
  handlers: Handlers<Context>,
  service: string,
  method: string,
  params: unknown,
  context: Context,
): Promise<Result<unknown>> {
  const services: Readonly<Record<string, ServiceDeclaration>> = declarations;
  const declared = own(own(services, service)?.methods, method);
  const handler = own(own(handlers as Record<string, Record<string, Handler<Context>>>, service), method);
  if (declared === undefined || handler === undefined) {
    return fail('unknown-method', `There is no method ${service}.${method}.`);
  }
  const checked = declared.params.safeParse(params);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    const path = [service, method, ...(issue?.path ?? [])].map(String).join('.');
    return fail('bad-params', `${path}: ${issue?.message ?? 'not valid'}`);
  }
  try {
    return await handler(checked.data, context);
  } catch (error) {
    return fail('internal', error instanceof Error ? error.message : String(error));
  }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
