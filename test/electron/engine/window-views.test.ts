import { describe, expect, it } from 'vitest';
import { createWindowViews } from '../../../electron/engine/services/window-views.ts';

function watched() {
  const closed: number[] = [];
  return { closed, views: createWindowViews((viewId) => closed.push(viewId)) };
}

describe('the lists of a window', () => {
  it('that are still open are closed when it goes', () => {
    const { closed, views } = watched();
    views.opened(1);
    views.opened(2);
    views.closed(1);
    views.leave();
    expect(closed).toEqual([2]);
  });

  it('are closed at once when they come after it has gone', () => {
    const { closed, views } = watched();
    views.leave();
    views.opened(3);
    expect(closed).toEqual([3]);
  });
});
