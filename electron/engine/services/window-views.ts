/** The views that one window has open. A session holds few, so what a window leaves behind is closed for it. */
export interface WindowViews {
  readonly opened: (viewId: number) => void;
  readonly closed: (viewId: number) => void;
  /** The window is gone: closes what it has, and what was still being opened for it. */
  readonly leave: () => void;
}

export function createWindowViews(close: (viewId: number) => void): WindowViews {
  const open = new Set<number>();
  let isGone = false;
  return {
    opened: (viewId) => {
      if (isGone) close(viewId);
      else open.add(viewId);
    },
    closed: (viewId) => open.delete(viewId),
    leave: () => {
      isGone = true;
      for (const viewId of open) close(viewId);
      open.clear();
    },
  };
}
