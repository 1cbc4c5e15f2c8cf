import type { Handlers } from '../../../core/contract/dispatch.ts';
import { succeed } from '../../../core/model/result.ts';
import type { SessionFinder } from './exchange-handlers.ts';
import type { WindowViews } from './window-views.ts';

/** Handlers of the service `packets`, told whose views they open and close if anybody wants to know. */
export function createPacketHandlers(finder: SessionFinder): Handlers<WindowViews | null>['packets'] {
  return {
    state: (params) => finder.with(params.sessionId, ({ packets }) => packets.call('state', params)),
    openView: async (params, views) => {
      const opened = await finder.with(params.sessionId, ({ packets }) => packets.call('openView', params));
      if (opened.ok) views?.opened(opened.value.viewId);
      return opened;
    },
    closeView: (params, views) => {
      views?.closed(params.viewId);
      return finder.withView(params.viewId, ({ packets }) => packets.call('closeView', params));
    },
    stopView: (params) => finder.withView(params.viewId, ({ packets }) => packets.call('stopView', params)),
    rows: (params) => finder.withView(params.viewId, ({ packets }) => packets.call('rows', params)),
    position: (params) => finder.withView(params.viewId, ({ packets }) => packets.call('position', params)),
    findNext: (params) => finder.withView(params.viewId, ({ packets }) => packets.call('findNext', params)),
    checkFilter: (params) => finder.with(undefined, ({ packets }) => packets.call('checkFilter', params)),
    fields: (params) => finder.with(undefined, ({ packets }) => packets.call('fields', params)),
    get: (params) => finder.with(params.sessionId, ({ packets }) => packets.call('get', params)),
    mark: ({ sessionId, numbers, marked, comment }) =>
      finder.with(sessionId, async (session) => {
        const done = await session.markPackets(numbers, { marked, comment });
        return done.ok ? succeed({ count: numbers.length }) : done;
      }),
    decodeAs: (params) => finder.with(params.sessionId, ({ packets }) => packets.call('decodeAs', params)),
    expert: (params) => finder.with(params.sessionId, ({ packets }) => packets.call('expert', params)),
    conversations: (params) =>
      finder.with(params.sessionId, ({ packets }) => packets.call('conversations', params)),
    conversation: (params) =>
      finder.with(params.sessionId, ({ packets }) => packets.call('conversation', params)),
    series: (params) => finder.with(params.sessionId, ({ packets }) => packets.call('series', params)),
    follow: (params) => finder.with(params.sessionId, ({ packets }) => packets.call('follow', params)),
    graph: (params) => finder.withView(params.viewId, ({ packets }) => packets.call('graph', params)),
    ofExchange: (params) =>
      finder.with(params.sessionId, ({ packets }) => packets.call('ofExchange', params)),
  };
}
