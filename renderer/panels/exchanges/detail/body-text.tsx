import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TextLanguage } from '../../../../core/decoders/detect-body.ts';
import type { CodeHandle } from '../../../components/code-view.tsx';
import { CodeView } from '../../../components/lazy-code-view.tsx';
import { decode } from '../../../decoding/decode.ts';
import { cutLines } from '../../../format/cut-lines.ts';
import { textDecoder } from '../../../format/media-type.ts';
import type { BodyPages } from '../../../state/body-pages.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { BodyTextParts } from './body-text-parts.tsx';
import { useFirstBytes } from './body-whole.tsx';

interface BodyTextProps {
  readonly pages: BodyPages;
  readonly contentType: string | null;
  readonly language: TextLanguage;
}

/** Texts up to this size are in the viewer as a whole, larger ones by parts. */
const wholeBytesMax = 2_097_152;

export function BodyText({ pages, contentType, language }: BodyTextProps) {
  const bytes = useFirstBytes(pages, wholeBytesMax + 1);
  if (bytes === null) return null;
  if (bytes.length > wholeBytesMax)
    return <BodyTextParts pages={pages} contentType={contentType} language={language} />;
  return <WholeText bytes={bytes} contentType={contentType} language={language} />;
}

function WholeText({
  bytes,
  contentType,
  language,
}: Omit<BodyTextProps, 'pages'> & { readonly bytes: Uint8Array }) {
  const { layout } = useWindowState();
  const wrap = useStore(layout.wrapText);
  const pretty = useStore(layout.prettyText);
  const { attach, find } = useFindInCode();
  const canLayOut = language === 'json' || language === 'xml';
  const laidOut = useLaidOut(bytes, canLayOut && pretty ? language : null);
  const { text, cut } = useMemo(
    () => cutLines(laidOut === null ? '' : (laidOut.text ?? textDecoder(contentType, bytes).decode(bytes))),
    [laidOut, contentType, bytes],
  );
  if (laidOut === null) return null;
  return (
    <div className="viewer">
      <div className="viewer-bar">
        {canLayOut && (
          <button
            type="button"
            className="button quiet"
            aria-pressed={pretty}
            title="Lay the code out with one value a line; values stay as they were sent"
            onClick={() => layout.prettyText.set(!pretty)}
          >
            Pretty
          </button>
        )}
        <button
          type="button"
          className="button quiet"
          aria-pressed={wrap}
          onClick={() => layout.wrapText.set(!wrap)}
        >
          Wrap
        </button>
        <button type="button" className="button quiet" title="Find (Ctrl+F)" onClick={find}>
          Find
        </button>
        <span className="muted">
          {[
            laidOut.problem === null ? null : `As sent: ${laidOut.problem}`,
            cut > 0
              ? `${cut.toLocaleString('en')} long line${cut === 1 ? '' : 's'} broken for reading; copying and saving give the body as it is`
              : null,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <CodeView ref={attach} label="Text of the body" text={text} language={language} wrap={wrap} />
    </div>
  );
}

/** The viewer's own search. Asked for before the viewer is there, it opens then, unless the person has gone on. */
function useFindInCode() {
  const code = useRef<CodeHandle | null>(null);
  const askedAt = useRef<Element | null>(null);
  const attach = useCallback((handle: CodeHandle | null) => {
    code.current = handle;
    const isAwaited = askedAt.current !== null && askedAt.current === document.activeElement;
    askedAt.current = null;
    if (isAwaited) handle?.find();
  }, []);
  const find = () => {
    askedAt.current = code.current === null ? document.activeElement : null;
    code.current?.find();
  };
  return { attach, find };
}

interface LaidOutText {
  /** Null: as it was sent. */
  readonly text: string | null;
  readonly problem: string | null;
}

const asSent: LaidOutText = { text: null, problem: null };

function useLaidOut(bytes: Uint8Array, language: 'json' | 'xml' | null): LaidOutText | null {
  const [held, setHeld] = useState<{ readonly bytes: Uint8Array; readonly value: LaidOutText } | null>(null);
  useEffect(() => {
    if (language === null) return;
    const turn = new AbortController();
    void decode({ kind: 'lay-out', language, bytes }, turn.signal).then((result) => {
      if (!result.ok) setHeld({ bytes, value: { text: null, problem: result.error.message } });
      else if (result.value.kind === 'laid-out')
        setHeld({ bytes, value: { text: result.value.text, problem: null } });
    });
    return () => turn.abort();
  }, [bytes, language]);
  if (language === null) return asSent;
  return held?.bytes === bytes ? held.value : null;
}
