import { createContext, Fragment, useContext } from 'react';
import { markedParts } from './search.ts';

/** The words that are looked for now. */
export const SearchWords = createContext<readonly string[]>([]);

/** Text with the words that are looked for marked. */
export function Marked({ children }: { readonly children: string }) {
  const words = useContext(SearchWords);
  return markedParts(children, words).map(({ text, hit }, index) =>
    hit ? <mark key={index}>{text}</mark> : <Fragment key={index}>{text}</Fragment>,
  );
}
