import { useImperativeHandle, useRef, useState, type Ref } from 'react';
import { formatSize } from '../format/size.ts';
import { typedBytes } from '../format/find-bytes.ts';
import type { BodySearch } from './use-body-search.ts';

interface FindBarProps {
  readonly search: BodySearch;
  /** Where the next search begins. */
  readonly from: () => number;
  readonly onFound: (offset: number, bytes: number) => void;
  /** Bytes may be typed as hexadecimal, too. */
  readonly hex: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** Looks for text or bytes in all of a body. */
export function FindBar({ search, from, onFound, hex, ref }: FindBarProps) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [asHex, setAsHex] = useState(false);
  useImperativeHandle(ref, () => field.current as HTMLInputElement);
  const wanted = typedBytes(typed, asHex);
  const run = async () => {
    if (wanted === null) return;
    const offset = await search.find(wanted, from(), !asHex);
    if (offset !== null) onFound(offset, wanted.length);
  };
  return (
    <>
      <input
        ref={field}
        className="field viewer-find"
        type="search"
        placeholder={asHex ? 'Find bytes: 1f 8b 08' : 'Find in all of the body'}
        aria-label="Find in all of the body"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void run();
          else if (event.key === 'Escape' && search.lookedAt !== null) search.stop();
          else if (event.key === 'Escape' && typed !== '') setTyped('');
          else return;
          event.preventDefault();
        }}
      />
      {hex && (
        <button
          type="button"
          className="button quiet"
          aria-pressed={asHex}
          title="What is typed are bytes in hexadecimal"
          onClick={() => setAsHex(!asHex)}
        >
          0x
        </button>
      )}
      {search.lookedAt === null ? (
        <button type="button" className="button" disabled={wanted === null} onClick={() => void run()}>
          Find next
        </button>
      ) : (
        <button type="button" className="button" onClick={search.stop}>
          Stop
        </button>
      )}
      <span className="muted" role="status">
        {search.lookedAt === null ? search.outcome : `${formatSize(search.lookedAt)} looked through`}
      </span>
    </>
  );
}
