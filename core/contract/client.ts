import type { z } from 'zod';
import type { Result } from '../model/result.ts';
import type { Contract } from './index.ts';
import type { MethodDeclaration, Params, ResultOf } from './define.ts';
import type { Channel } from './wire.ts';

type Methods<S extends keyof Contract> = Contract[S]['methods'];
type Events<S extends keyof Contract> = Contract[S]['events'];

export type ServiceClient<S extends keyof Contract> = {
  readonly [M in keyof Methods<S>]: Methods<S>[M] extends MethodDeclaration
    ? (params: Params<Methods<S>[M]>) => Promise<Result<ResultOf<Methods<S>[M]>>>
    : never;
};

export interface Client {
  readonly services: { readonly [S in keyof Contract]: ServiceClient<S> };
  /** Returns the function that ends the subscription. */
  readonly on: <S extends keyof Contract, E extends keyof Events<S> & string>(
    service: S,
    event: E,
    listener: (payload: Events<S>[E] extends z.ZodType ? z.infer<Events<S>[E]> : never) => void,
  ) => () => void;
}

/**
 * The window's side of the contract over one channel. Calls that are open when the channel closes are answered
 * with the failure `engine-gone`; no call ever rejects.
 */
export function createClient(declarations: Contract, channel: Channel): Client {
  const waiting = new Map<number, (result: Result<never>) => void>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  let lastId = 0;
  let closed = false;

  channel.onMessage((message) => {
    switch (message.kind) {
      case 'answer': {
        const settle = waiting.get(message.id);
        waiting.delete(message.id);
        settle?.(message.outcome as Result<never>);
        return;
      }
      case 'event': {
        for (const listener of listeners.get(`${message.service}.${message.event}`) ?? []) {
          listener(message.payload as never);
        }
      }
    }
  });
  const gone: Result<never> = {
    ok: false,
    error: { code: 'engine-gone', message: 'The engine is restarting. Try again in a moment.' },
  };
  channel.onClose(() => {
    closed = true;
    for (const settle of waiting.values()) settle(gone);
    waiting.clear();
  });

  const call = (service: string, method: string, params: unknown): Promise<Result<never>> =>
    new Promise((resolve) => {
      if (closed) {
        resolve(gone);
        return;
      }
      const id = ++lastId;
      waiting.set(id, resolve);
      channel.send({ kind: 'call', id, service, method, params });
    });

  const services = Object.fromEntries(
    Object.entries(declarations).map(([service, declaration]) => [
      service,
      Object.fromEntries(
        Object.keys(declaration.methods).map((method) => [
          method,
          (params: unknown) => call(service, method, params),
        ]),
      ),
    ]),
  ) as Client['services'];

  return {
    services,
    on: (service, event, listener) => {
      const key = `${service}.${event}`;
      const set = listeners.get(key) ?? new Set();
      set.add(listener);
      listeners.set(key, set);
      return () => set.delete(listener);
    },
  };
}
