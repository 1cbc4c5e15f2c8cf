import { selectedMax } from '../../core/contract/exchanges.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import type { Session } from '../engine/session/session-api.ts';

/** A filter over heads and bodies tells how far it has come many times a second; silence this long is a fault. */
const silenceMsMax = 60_000;

/** The exchanges of a session that a filter's text lets through, in order of id. Failure `bad-filter`: the text has a mistake. */
export async function matchingIds(session: Session, filter: string): Promise<Result<readonly number[]>> {
  const isFilled = filledViews(session);
  const opened = await session.openView(filter, { column: 'id', descending: false });
  if (!opened.ok) return opened;
  const { viewId, progress } = opened.value;
  if (progress !== null && !(await isFilled(viewId))) {
    return fail(
      'unreadable',
      'The session could not be searched to its end. A part of the file may be damaged.',
    );
  }
  const matching = new Array<number>();
  while (true) {
    const page = await session.ids(viewId, matching.length, selectedMax);
    if (!page.ok) return page;
    for (const id of page.value.ids) matching.push(id);
    if (page.value.ids.length < selectedMax) break;
  }
  await session.closeView(viewId);
  return succeed(matching);
}

/** Listens before a view is opened, so that none is filled unheard. Resolves with false after a long silence. */
function filledViews(session: Session): (viewId: number) => Promise<boolean> {
  const filled = new Set<number>();
  let tell = (_viewId: number) => {};
  session.onViewChanged(({ viewId, progress }) => {
    if (progress === null) filled.add(viewId);
    tell(viewId);
  });
  return (viewId) =>
    new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      tell = (told) => {
        if (told !== viewId) return;
        clearTimeout(timer);
        if (filled.has(viewId)) resolve(true);
        else timer = setTimeout(() => resolve(false), silenceMsMax);
      };
      tell(viewId);
    });
}
