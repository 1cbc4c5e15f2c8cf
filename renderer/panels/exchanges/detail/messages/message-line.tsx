import type { MessageRow } from '../../../../../core/contract/messages.ts';
import { Icon } from '../../../../components/icon.tsx';
import { ToneSign } from '../../../../components/tone-sign.tsx';
import { formatDuration, formatMicroseconds } from '../../../../format/duration.ts';
import { formatSize } from '../../../../format/size.ts';
import { kindText, kindTitle, placeholderOf, sideText, sizeTitle } from './message-words.ts';

interface MessageLineProps {
  readonly at: number;
  /** px below the upper edge of what is moved. */
  readonly top: number;
  readonly row: MessageRow | undefined;
  /** The row above, when it is here. */
  readonly before: MessageRow | undefined;
  readonly startedAtUs: number;
  readonly isSelected: boolean;
  readonly onChoose: (at: number) => void;
}

export function MessageLine({ at, top, row, before, startedAtUs, isSelected, onChoose }: MessageLineProps) {
  const frame = {
    id: `message-row-${at}`,
    role: 'row',
    'aria-rowindex': at + 2,
    'aria-selected': isSelected,
    style: { top },
    onMouseDown: () => onChoose(at),
  } as const;
  if (row === undefined) return <div {...frame} className="row-line message-row missing" aria-busy="true" />;
  const placeholder = placeholderOf(row);
  const sinceUs = row.lastAtUs - startedAtUs;
  const gapUs = before === undefined ? null : Math.max(0, row.lastAtUs - before.lastAtUs);
  const isTrouble = row.defective || row.state === 'undecodable' || row.state === 'damaged';
  return (
    <div
      {...frame}
      className={['row-line', 'message-row', isSelected ? 'selected' : '', row.isData ? '' : 'control'].join(
        ' ',
      )}
    >
      <span role="gridcell" className={`message-side ${row.side}`} title={sideText(row.side)}>
        <Icon name={row.side === 'request' ? 'up' : 'down'} size={12} />
        <span className="visually-hidden">{sideText(row.side)}</span>
      </span>
      <span role="gridcell" className="number muted">
        {row.index + 1}
      </span>
      <span role="gridcell" className="number" title={formatMicroseconds(sinceUs)}>
        {formatDuration(sinceUs)}
      </span>
      <span
        role="gridcell"
        className="number muted spare"
        title={gapUs === null ? '' : formatMicroseconds(gapUs)}
      >
        {gapUs === null ? '' : `+${formatDuration(gapUs)}`}
      </span>
      <span role="gridcell" className="ellipsis" title={kindTitle(row)}>
        {isTrouble && <ToneSign tone="warning" />}
        {isTrouble && ' '}
        {kindText(row)}
      </span>
      <span role="gridcell" className="number" title={sizeTitle(row)}>
        {row.contentBytes === null ? '' : formatSize(row.contentBytes)}
      </span>
      <span role="gridcell" className="number muted spare" title={sizeTitle(row)}>
        {formatSize(row.wireBytes)}
      </span>
      <span role="gridcell" className={`ellipsis ${placeholder === '' ? 'mono' : 'muted'}`}>
        {placeholder === '' ? row.preview : placeholder}
      </span>
    </div>
  );
}
