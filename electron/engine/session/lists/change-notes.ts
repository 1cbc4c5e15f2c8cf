/** Changed rows that are named; beyond that any row may have changed. */
const changedNamedMax = 1000;

/** What there is to tell of a view since the last time. */
export interface ChangeNotes {
  /** Any row may have changed, or where it stands. */
  readonly any: () => void;
  readonly rows: (ids: Iterable<number>) => void;
  /** Null when there is nothing to tell; `changed` null: any row. */
  readonly take: () => { readonly changed: number[] | null } | null;
}

export function createChangeNotes(): ChangeNotes {
  let isDirty = false;
  let changedRows: Set<number> | null = new Set();
  return {
    any: () => {
      isDirty = true;
      changedRows = null;
    },
    rows: (ids) => {
      isDirty = true;
      if (changedRows === null) return;
      for (const id of ids) changedRows.add(id);
      if (changedRows.size > changedNamedMax) changedRows = null;
    },
    take: () => {
      if (!isDirty) return null;
      const changed = changedRows === null ? null : [...changedRows];
      isDirty = false;
      changedRows = new Set();
      return { changed };
    },
  };
}
