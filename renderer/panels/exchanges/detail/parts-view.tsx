import { useMemo, useState, type ComponentType } from 'react';
import type { Multipart, Part } from '../../../../core/decoders/parts.ts';
import { Notes } from '../../../components/notes.tsx';
import { formatSize } from '../../../format/size.ts';
import { bytesAsPages } from '../../../state/body-pages.ts';
import { useStore } from '../../../state/store.ts';
import type { BodyViewerProps } from './body-viewer-props.ts';

interface PartsViewProps {
  readonly multipart: Multipart;
  readonly bytes: Uint8Array;
  readonly notes: readonly string[];
  readonly Nested: ComponentType<BodyViewerProps>;
}

/** The parts of a multipart body, the chosen one shown as a body of its own. */
export function PartsView({ multipart, bytes, notes, Nested }: PartsViewProps) {
  const [chosen, setChosen] = useState(0);
  const part = multipart.parts[chosen];
  return (
    <>
      <Notes notes={[...notes, ...multipart.notes]} />
      <div className="parts">
        <ul className="parts-list" aria-label="Parts">
          {multipart.parts.map((each, index) => (
            <li key={index}>
              <button type="button" aria-pressed={index === chosen} onClick={() => setChosen(index)}>
                <span className="ellipsis">{partName(each, index)}</span>
                <span className="muted ellipsis">
                  {[each.fileName, each.contentType, formatSize(each.to - each.from)]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <div className="parts-body">
          {part !== undefined && <PartBody key={chosen} part={part} bytes={bytes} Nested={Nested} />}
        </div>
      </div>
    </>
  );
}

function partName({ name }: Part, index: number): string {
  return name ?? `Part ${index + 1}`;
}

interface PartBodyProps {
  readonly part: Part;
  readonly bytes: Uint8Array;
  readonly Nested: ComponentType<BodyViewerProps>;
}

function PartBody({ part, bytes, Nested }: PartBodyProps) {
  const pages = useMemo(
    () => bytesAsPages(bytes.subarray(part.from, part.to), part.contentType),
    [part, bytes],
  );
  const info = useStore(pages.info);
  return (
    <>
      <details className="part-head">
        <summary>{`${part.headers.length} header${part.headers.length === 1 ? '' : 's'}`}</summary>
        <table className="fields mono">
          <tbody>
            {part.headers.map(([name, value], index) => (
              <tr key={index}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {info !== null && info.totalBytes !== 0 ? (
        <Nested
          pages={pages}
          info={info}
          contentType={part.contentType}
          fileName={part.fileName ?? part.name ?? 'part'}
          command={null}
        />
      ) : (
        <p className="detail-empty muted">This part is empty.</p>
      )}
    </>
  );
}
