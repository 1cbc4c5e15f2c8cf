import type { Handlers } from '../../../core/contract/dispatch.ts';
import { fail, type Result } from '../../../core/model/result.ts';
import type { OpenSessions } from '../open-sessions.ts';
import type { Session } from '../session/session-api.ts';
import type { WindowViews } from './window-views.ts';

/** Finds the session that a call is about. */
export interface SessionFinder {
  /** Left out: the session that is recorded into. */
  readonly with: <T>(
    sessionId: number | undefined,
    use: (session: Session) => Promise<Result<T>>,
  ) => Promise<Result<T>>;
  readonly withView: <T>(viewId: number, use: (session: Session) => Promise<Result<T>>) => Promise<Result<T>>;
}

export function createSessionFinder(sessions: OpenSessions): SessionFinder {
  const noSession = fail('no-session', 'This session is not open. Make a new one or open a file.');
  return {
    with: (sessionId, use) => {
      const found = sessions.get(sessionId);
      return found === null ? Promise.resolve(noSession) : use(found.session);
    },
    withView: (viewId, use) => {
      const found = sessions.ofView(viewId);
      return found === null ? Promise.resolve(noSession) : use(found.session);
    },
  };
}

/** Handlers of the service `exchanges`, told whose views they open and close if anybody wants to know. */
export function createExchangeHandlers(finder: SessionFinder): Handlers<WindowViews | null>['exchanges'] {
  const { withView } = finder;
  return {
    openView: async ({ sessionId, filter, sort }, views) => {
      const opened = await finder.with(sessionId, (session) => session.openView(filter, sort));
      if (opened.ok) views?.opened(opened.value.viewId);
      return opened;
    },
    closeView: ({ viewId }, views) => {
      views?.closed(viewId);
      return withView(viewId, (session) => session.closeView(viewId));
    },
    stopView: ({ viewId, stopped }) => withView(viewId, (session) => session.stopView(viewId, stopped)),
    rows: ({ viewId, from, limit, headers }) =>
      withView(viewId, (session) => session.rows(viewId, from, limit, headers)),
    ids: ({ viewId, from, limit }) => withView(viewId, (session) => session.ids(viewId, from, limit)),
    position: ({ viewId, id }) => withView(viewId, (session) => session.position(viewId, id)),
    get: ({ sessionId, id }) => finder.with(sessionId, (session) => session.get(id)),
    sharing: ({ sessionId, id }) => finder.with(sessionId, (session) => session.sharing(id)),
    summary: ({ viewId, ids }) => withView(viewId, (session) => session.summary(viewId, ids)),
    timeline: ({ viewId, buckets, fromUs, toUs }) =>
      withView(viewId, (session) => session.timeline(viewId, buckets, fromUs, toUs)),
    distribution: ({ viewId, field, buckets }) =>
      withView(viewId, (session) => session.distribution(viewId, field, buckets)),
    groups: ({ viewId, by, order, limit }) =>
      withView(viewId, (session) => session.groups(viewId, by, order, limit)),
    branches: ({ sessionId, filter, by, under }) =>
      finder.with(sessionId, (session) => session.branches(filter, by, under)),
    values: ({ sessionId, field, limit }) =>
      finder.with(sessionId, (session) => session.values(field, limit)),
    headerNames: ({ sessionId, limit }) => finder.with(sessionId, (session) => session.headerNames(limit)),
    mark: ({ viewId, ids, ...change }) => withView(viewId, (session) => session.mark(viewId, ids, change)),
    remove: ({ viewId, ids }) => withView(viewId, (session) => session.remove(viewId, ids)),
    restore: ({ sessionId, removalId }) => finder.with(sessionId, (session) => session.restore(removalId)),
  };
}
