import type { TransferProgress, TransferSummary } from '../../core/contract/transfers.ts';
import { formatCount } from './duration.ts';
import { formatSize } from './size.ts';

/** Reasons shown of an import; the others are counted. */
const detailsMax = 20;

export interface TransferWords {
  readonly text: string;
  readonly details: readonly string[];
}

/** What an import brought, and behind it what was left out and why. `name`: of the file that was read. */
export function importWords(summary: TransferSummary, name: string): TransferWords {
  const { exchanges, skipped, skips, warnings, cut } = summary;
  const sentences = [
    `${counted(exchanges, 'exchange')} imported from “${name}”.`,
    skipped === 0 ? '' : `${counted(skipped, 'entry', 'entries')} of it could not be used.`,
    cut ? 'The file ends too early: what came before is here.' : '',
  ];
  const reasons = skips.slice(0, detailsMax).map(({ index, reason }) => `Entry ${index + 1}: ${reason}`);
  const more = skipped - reasons.length;
  return {
    text: sentences.filter((sentence) => sentence !== '').join(' '),
    details: [
      ...reasons,
      ...(more > 0 ? [`${counted(more, 'entry', 'entries')} more could not be used.`] : []),
      ...warnings.slice(0, detailsMax),
    ],
  };
}

export function exportWords({ exchanges, path, warnings }: TransferSummary): TransferWords {
  return {
    text: `${counted(exchanges, 'exchange')} exported to ${path}`,
    details: warnings.slice(0, detailsMax),
  };
}

export function copyWords({ exchanges, path }: TransferSummary): TransferWords {
  return {
    text: `A copy of the session with ${counted(exchanges, 'exchange')} saved as ${path}`,
    details: [],
  };
}

/** How far it is: `1,204 exchanges · 3.1 MB of 12 MB · 25 %`. Empty at the very beginning. */
export function progressWords(progress: TransferProgress): string {
  const { doneExchanges, totalExchanges, doneBytes, totalBytes } = progress;
  const share = shareOf(progress);
  return [
    doneExchanges === 0 && totalExchanges === null
      ? ''
      : totalExchanges === null
        ? counted(doneExchanges, 'exchange')
        : `${formatCount(doneExchanges)} of ${counted(totalExchanges, 'exchange')}`,
    doneBytes === 0
      ? ''
      : totalBytes === null
        ? formatSize(doneBytes)
        : `${formatSize(doneBytes)} of ${formatSize(totalBytes)}`,
    share === null ? '' : `${Math.floor(share * 100)} %`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** 0 to 1, null while nobody can say. */
export function shareOf(progress: TransferProgress): number | null {
  const { doneExchanges, totalExchanges, doneBytes, totalBytes } = progress;
  if (totalBytes !== null && totalBytes > 0) return Math.min(1, doneBytes / totalBytes);
  if (totalExchanges !== null && totalExchanges > 0) return Math.min(1, doneExchanges / totalExchanges);
  return null;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
