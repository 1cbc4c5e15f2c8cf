import { useMemo, type ComponentType } from 'react';
import type { Decoded, Decoder } from '../../../../core/decoders/decoder.ts';
import { CardsView } from '../../../components/cards-view.tsx';
import { HexView } from '../../../components/hex-view.tsx';
import { Notes } from '../../../components/notes.tsx';
import { TreeView } from '../../../components/tree-view.tsx';
import { jsonTreeSource, treeTableSource } from '../../../format/tree-source.ts';
import { formatSize } from '../../../format/size.ts';
import type { BodyPages } from '../../../state/body-pages.ts';
import type { BodyViewerProps } from './body-viewer-props.ts';
import { FormView } from './form-view.tsx';
import { PartsView } from './parts-view.tsx';
import { useDecoded } from './use-decoded.ts';

interface BodyDecodedProps {
  readonly pages: BodyPages;
  readonly decoder: Decoder;
  readonly contentType: string | null;
  /** Shows a body within this one. */
  readonly Nested: ComponentType<BodyViewerProps>;
}

/** A body as one decoder reads it. Where it cannot: why, and the bytes. */
export function BodyDecoded({ pages, decoder, contentType, Nested }: BodyDecodedProps) {
  const { state, readSoFar } = useDecoded(pages, decoder, contentType);
  if (state === null)
    return (
      <p className="detail-empty muted">
        {readSoFar > 1_000_000 ? `Reading, ${formatSize(readSoFar)} so far` : ''}
      </p>
    );
  const { result, bytes, complete } = state;
  const total = pages.info.get()?.totalBytes ?? null;
  const part = complete
    ? []
    : [
        `The first ${formatSize(bytes.length)}${total === null ? '' : ` of ${formatSize(total)}`} are shown here; all of it is in Text and Hex.`,
      ];
  if (!result.ok)
    return (
      <>
        <Notes
          tone="warning"
          notes={[`It cannot be read as ${decoder.name}: ${result.error.message} Its bytes:`]}
        />
        <HexView pages={pages} readBytes={total ?? bytes.length} />
      </>
    );
  return <DecodedView value={result.value} bytes={bytes} notes={part} Nested={Nested} />;
}

interface DecodedViewProps {
  readonly value: Decoded;
  readonly bytes: Uint8Array;
  readonly notes: readonly string[];
  readonly Nested: ComponentType<BodyViewerProps>;
}

function DecodedView({ value, bytes, notes, Nested }: DecodedViewProps) {
  switch (value.kind) {
    case 'json':
    case 'tree':
      return <TreeOf table={value} notes={notes} />;
    case 'fields':
      return <FormView list={value} notes={notes} />;
    case 'cards':
      return (
        <>
          <Notes notes={notes} />
          <CardsView list={value} />
        </>
      );
    case 'multipart':
      return <PartsView multipart={value} bytes={bytes} notes={notes} Nested={Nested} />;
    default:
      return value satisfies never;
  }
}

function TreeOf({
  table,
  notes,
}: {
  readonly table: Extract<Decoded, { kind: 'json' | 'tree' }>;
  readonly notes: readonly string[];
}) {
  const tree = useMemo(
    () => (table.kind === 'json' ? jsonTreeSource(table) : treeTableSource(table)),
    [table],
  );
  const cutOff = notes.length > 0;
  return (
    <>
      <Notes notes={[...notes, ...table.notes]} />
      {table.problem !== null && !cutOff && <Notes tone="warning" notes={[table.problem]} />}
      <TreeView label="Tree of the body" tree={tree} pathName={table.kind === 'json' ? 'JSONPath' : 'path'} />
    </>
  );
}
