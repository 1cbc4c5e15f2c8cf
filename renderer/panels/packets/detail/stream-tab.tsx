import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ConversationRow, FollowKind } from '../../../../core/contract/packets.ts';
import { BigLines, type BigLinesHandle } from '../../../components/big-lines.tsx';
import { saveFile } from '../../../components/save-file.ts';
import { Notes } from '../../../components/notes.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { endNames } from '../../../format/conversation-words.ts';
import { formatCount } from '../../../format/duration.ts';
import { fileNamePart } from '../../../format/file-name.ts';
import { formatSize } from '../../../format/size.ts';
import {
  findLine,
  streamBytes,
  streamLines,
  type StreamForm,
  type StreamLine,
  type StreamSide,
} from '../../../format/stream-lines.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { useGoTo } from '../use-go-to.ts';
import { useFollowed, useFollowedRow } from './use-followed.ts';

const kindNames: Readonly<Record<FollowKind, string>> = {
  tcp: 'TCP',
  udp: 'UDP',
  tls: 'TLS',
  http: 'HTTP',
  http2: 'HTTP/2',
};

/** What both ends of a conversation said, piece by piece. */
export function StreamTab() {
  const { packets } = useWindowState();
  const chosen = useStore(packets.followed);
  const own = useStore(packets.detail)?.detail?.row.conversation ?? null;
  const id = chosen ?? own;
  if (id === null)
    return (
      <p className="detail-empty muted">Select a packet of a conversation to read what was said in it.</p>
    );
  return <Followed key={id} id={id} />;
}

function Followed({ id }: { readonly id: number }) {
  const { row, problem } = useFollowedRow(id);
  if (problem !== null) return <p className="detail-empty">{problem}</p>;
  return row === null ? null : <Stream row={row} />;
}

function kindsOf({ protocol }: ConversationRow): readonly FollowKind[] {
  return protocol === 'udp' ? ['udp'] : ['tcp', 'tls', 'http', 'http2'];
}

/** What is mostly wanted: the plain text where it is encrypted. */
function usualKind({ protocol, application }: ConversationRow): FollowKind {
  if (protocol === 'udp') return 'udp';
  if (application === 'tls') return 'tls';
  if (/^(h2|http\/2)/.test(application)) return 'http2';
  return 'tcp';
}

function Stream({ row }: { readonly row: ConversationRow }) {
  const { notices } = useWindowState();
  const goTo = useGoTo();
  const [kind, setKind] = useState(() => usualKind(row));
  const [form, setForm] = useState<StreamForm>('text');
  const [side, setSide] = useState<StreamSide>('both');
  const [wanted, setWanted] = useState('');
  const [current, setCurrent] = useState<number | null>(null);
  const view = useRef<BigLinesHandle>(null);
  const { pieces, nextFrom, total, problem, isLoading, more, all } = useFollowed(
    row.id,
    kind,
    row.lastPacket,
  );
  const lines = useMemo(() => streamLines(pieces, form, side), [pieces, form, side]);
  const names = endNames(row);

  const go = (at: number) => {
    setCurrent(at);
    view.current?.show(at);
  };
  const find = (backwards: boolean) => {
    const found = findLine(lines, wanted, current ?? (backwards ? 0 : -1), backwards);
    if (found === null) notices.say(`“${wanted}” is not in what is shown of this stream.`);
    else go(found);
  };
  const open = (line: StreamLine | undefined) => {
    if (line !== undefined) goTo(line.packet);
  };
  const save = async () => {
    const whole = await all();
    if (whole === null) return;
    const name = fileNamePart(`stream ${row.id} ${side === 'both' ? '' : names[side]}`.trim());
    saveFile(`${name}.bin`, 'application/octet-stream', streamBytes(whole, side));
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey) return false;
    const page = view.current?.pageLines() ?? 1;
    const from = current ?? -1;
    const to = {
      ...{ ArrowDown: from + 1, ArrowUp: from - 1, PageDown: from + page, PageUp: from - page },
      ...{ Home: 0, End: lines.length - 1 },
    }[event.key];
    if (to !== undefined) {
      go(Math.max(0, Math.min(lines.length - 1, to)));
      return true;
    }
    if (event.key !== 'Enter' || current === null) return false;
    open(lines[current]);
    return true;
  };
  return (
    <div className="stream" data-find>
      <div className="stream-bar">
        <Segmented
          label="Follow as"
          segments={kindsOf(row).map((value) => ({ value, label: kindNames[value] }))}
          value={kind}
          onChange={(next) => {
            setKind(next);
            setCurrent(null);
          }}
        />
        <Segmented
          label="Show as"
          segments={[
            { value: 'text', label: 'Text' },
            { value: 'hex', label: 'Hex' },
          ]}
          value={form}
          onChange={setForm}
        />
        <Segmented
          label="Ends"
          segments={[
            { value: 'both', label: 'Both' },
            { value: 'a', label: 'A', hint: names.a },
            { value: 'b', label: 'B', hint: names.b },
          ]}
          value={side}
          onChange={(next) => {
            setSide(next);
            setCurrent(null);
          }}
        />
        <input
          className="field stream-find"
          type="search"
          placeholder="Find in the stream"
          aria-label="Find in the stream"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault();
              find(event.shiftKey);
            } else if (event.key === 'Escape' && wanted !== '') {
              event.preventDefault();
              setWanted('');
            }
          }}
        />
        <span className="spacer" />
        <span className="muted ellipsis stream-sizes">
          <span className="stream-letter a">A</span> {names.a} {formatSize(total.a)}{' '}
          <span className="stream-letter b">B</span> {names.b} {formatSize(total.b)}
        </span>
        {nextFrom !== null && (
          <button type="button" className="button" disabled={isLoading} onClick={more}>
            More
          </button>
        )}
        <button type="button" className="button" disabled={pieces.length === 0} onClick={() => void save()}>
          Save
        </button>
      </div>
      {row.locked !== null && kind !== 'tcp' && problem === null && <Notes notes={[row.locked]} />}
      {problem !== null ? (
        <p className="detail-empty">{problem}</p>
      ) : lines.length === 0 && !isLoading ? (
        <p className="detail-empty muted">Nothing was said here.</p>
      ) : (
        <div className="viewer" onDoubleClick={(event) => open(lines[lineUnder(event.target) ?? -1])}>
          <BigLines
            ref={view}
            label={`Stream of ${names.a} and ${names.b}`}
            count={lines.length}
            activeId={current === null ? undefined : `stream-line-${current}`}
            onKey={onKey}
            onPointer={(event) => {
              const at = lineUnder(event.target);
              if (at !== null && event.button === 0) setCurrent(at);
            }}
            line={(at) => <Line at={at} line={lines[at]} wanted={wanted} isCurrent={at === current} />}
          />
        </div>
      )}
      <p className="packet-field-line muted">
        <span className="ellipsis">
          {current === null || lines[current] === undefined
            ? 'A double click, or Enter, goes to the packet of a line.'
            : `Began in packet ${formatCount(lines[current].packet)}, sent by ${names[lines[current].end]}`}
        </span>
      </p>
    </div>
  );
}

interface LineProps {
  readonly at: number;
  readonly line: StreamLine | undefined;
  readonly wanted: string;
  readonly isCurrent: boolean;
}

function Line({ at, line, wanted, isCurrent }: LineProps) {
  if (line === undefined) return null;
  const isFound = wanted !== '' && line.text.toLowerCase().includes(wanted.toLowerCase());
  return (
    <div
      id={`stream-line-${at}`}
      data-line={at}
      className={`stream-line ${line.end}${isCurrent ? ' current' : ''}${line.isFirst ? ' first' : ''}`}
    >
      <span className={`stream-letter ${line.end}`}>{line.isFirst ? line.end.toUpperCase() : ' '}</span>
      {line.missing > 0 ? (
        <span className="stream-gap">{formatCount(line.missing)} bytes missing</span>
      ) : (
        <span className={isFound ? 'stream-found' : undefined}>{line.text}</span>
      )}
    </div>
  );
}

function lineUnder(target: EventTarget): number | null {
  const line = target instanceof Element ? target.closest<HTMLElement>('[data-line]') : null;
  return line === null ? null : Number(line.dataset['line']);
}
