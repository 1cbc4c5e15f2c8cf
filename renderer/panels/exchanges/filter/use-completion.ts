import { useState } from 'react';
import { completeFilter, type FilterCompletion } from '../../../../core/filter/complete-filter.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

export interface Completion {
  readonly options: readonly FilterCompletion[];
  /** Null while none is chosen: then Enter takes the text as it stands. */
  readonly active: number | null;
  readonly choose: (index: number | null) => void;
  /** Shows what fits at the caret; also at an empty place if it `isAsked` for. */
  readonly open: (text: string, caret: number, isAsked: boolean) => void;
  readonly close: () => void;
}

interface Place {
  readonly text: string;
  readonly caret: number;
}

/** The list of completions below the filter. */
export function useCompletion(): Completion {
  const { filterValues } = useWindowState();
  useStore(filterValues.version);
  const [place, setPlace] = useState<Place | null>(null);
  const [active, setActive] = useState<number | null>(null);
  const options =
    place === null ? [] : completeFilter(place.text, place.caret, filterValues.of).filter(isNew(place));
  return {
    options,
    active: active !== null && active < options.length ? active : null,
    choose: setActive,
    open: (text, caret, isAsked) => {
      setActive(null);
      const isEmptyPlace = /(?:^|[\s(])$/.test(text.slice(0, caret));
      setPlace(isEmptyPlace && !isAsked ? null : { text, caret });
    },
    close: () => {
      setActive(null);
      setPlace(null);
    },
  };
}

/** What stands there already completes nothing. */
function isNew({ text }: Place): (option: FilterCompletion) => boolean {
  return ({ insert, from, to }) => text.slice(from, to) !== insert;
}
