import type { Handlers } from '../../../core/contract/dispatch.ts';
import type { SessionFinder } from './exchange-handlers.ts';

/** `protoFiles` gives the files and folders that the settings name at the moment. */
export function createMessageHandlers(
  finder: SessionFinder,
  protoFiles: () => readonly string[],
): Handlers<unknown>['messages'] {
  return {
    list: ({ sessionId, exchangeId, from, limit, filter }) =>
      finder.with(sessionId, (session) => session.listMessages(exchangeId, from, limit, filter ?? null)),
    get: ({ sessionId, exchangeId, index, decoded, from, limit }) =>
      finder.with(sessionId, (session) => session.readMessage(exchangeId, index, decoded, from, limit)),
    named: ({ sessionId, exchangeId, at }) =>
      finder.with(sessionId, (session) => session.namedMessage(exchangeId, at, protoFiles())),
    checkProtos: () => finder.with(undefined, (session) => session.checkProtos(protoFiles())),
  };
}
