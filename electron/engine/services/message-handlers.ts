import type { Handlers } from '../../../core/contract/dispatch.ts';
import type { SessionFinder } from './exchange-handlers.ts';

export function createMessageHandlers(finder: SessionFinder): Handlers<unknown>['messages'] {
  return {
    list: ({ sessionId, exchangeId, from, limit, filter }) =>
      finder.with(sessionId, (session) => session.listMessages(exchangeId, from, limit, filter ?? null)),
    get: ({ sessionId, exchangeId, index, decoded, from, limit }) =>
      finder.with(sessionId, (session) => session.readMessage(exchangeId, index, decoded, from, limit)),
  };
}
