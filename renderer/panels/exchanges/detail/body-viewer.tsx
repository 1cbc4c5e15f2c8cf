import { useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import { decoders } from '../../../../core/decoders/index.ts';
import { json } from '../../../../core/decoders/json.ts';
import { detectBody, type DetectedBody } from '../../../../core/decoders/detect-body.ts';
import { HexView } from '../../../components/hex-view.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Notes } from '../../../components/notes.tsx';
import { formatSize } from '../../../format/size.ts';
import { pageBytes, type BodyInfo, type BodyPages } from '../../../state/body-pages.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { BodyActions } from './body-actions.tsx';
import { BodyDecoded } from './body-decoded.tsx';
import { bodyKindName, bodyModes, type BodyMode } from './body-modes.ts';
import { BodyText } from './body-text.tsx';
import type { BodyViewerProps } from './body-viewer-props.ts';
import { BodyImage, BodyPage } from './body-whole.tsx';

/** A body that is not empty, in the view that suits it or that was chosen for its kind before. */
export function BodyViewer(props: BodyViewerProps) {
  const { pages, info, contentType, fileName, command, barPlace, named = null } = props;
  const { layout } = useWindowState();
  const remembered = useStore(layout.bodyModes);
  useStore(pages.version);
  const first = pages.peek(0);
  const complete = info.totalBytes !== null && info.totalBytes <= pageBytes;
  const detected = useMemo(
    () => (first === undefined ? null : detectBody({ contentType, bytes: first, complete }, decoders)),
    [first, contentType, complete],
  );
  const [here, setHere] = useState<BodyMode | null>(null);
  if (detected === null) return null;
  const modes = bodyModes(detected, named?.type ?? null);
  const kind = named === null ? bodyKindName(detected) : 'named';
  const wanted = here ?? remembered[kind];
  const mode = modes.find(({ value }) => value === wanted)?.value ?? modes[0]?.value ?? 'hex';
  const choose = (next: BodyMode) => {
    setHere(next);
    layout.bodyModes.set({ ...remembered, [kind]: next });
  };
  const known = Math.max(info.knownBytes, info.totalBytes ?? 0);
  const bar = (
    <>
      <Segmented label="How the body is shown" value={mode} onChange={choose} segments={modes} />
      <span className="muted ellipsis body-type" title={contentType ?? ''}>
        {[
          mode === 'named' ? named?.type : contentType,
          info.totalBytes === null ? `${formatSize(known)} so far` : formatSize(info.totalBytes),
          info.codings.length > 0 ? `${info.codings.join(', ')} undone` : null,
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      <BodyActions
        pages={pages}
        info={info}
        contentType={contentType}
        text={detected.text}
        fileName={fileName}
        command={command}
      />
    </>
  );
  return (
    <>
      {barPlace == null ? <div className="tab-bar body-bar">{bar}</div> : createPortal(bar, barPlace)}
      {info.decodeError !== null && (
        <Notes
          tone="warning"
          notes={[
            `Decoding stopped: ${info.decodeError} What was read before is shown; “Raw” shows the bytes on the wire.`,
          ]}
        />
      )}
      {mode === 'named' && named !== null ? (
        <>
          {named.problem !== null && <Notes tone="warning" notes={[named.problem]} />}
          <BodyDecoded pages={named.pages} decoder={json} contentType={null} Nested={BodyViewer} />
        </>
      ) : (
        <View pages={pages} info={info} contentType={contentType} detected={detected} mode={mode} />
      )}
    </>
  );
}

interface ViewProps {
  readonly pages: BodyPages;
  readonly info: BodyInfo;
  readonly contentType: string | null;
  readonly detected: DetectedBody;
  readonly mode: BodyMode;
}

function View({ pages, info, contentType, detected, mode }: ViewProps) {
  const decoder = detected.decoders.find(({ id }) => mode === `decoder:${id}`);
  if (decoder !== undefined)
    return (
      <BodyDecoded key={mode} pages={pages} decoder={decoder} contentType={contentType} Nested={BodyViewer} />
    );
  if (mode === 'image') return <BodyImage pages={pages} mediaType={detected.image ?? ''} />;
  if (mode === 'page') return <BodyPage pages={pages} contentType={contentType} />;
  if (mode === 'text')
    return <BodyText pages={pages} contentType={contentType} language={detected.language} />;
  return <HexView pages={pages} readBytes={info.totalBytes ?? info.knownBytes} />;
}
