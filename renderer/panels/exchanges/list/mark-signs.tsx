import type { Mark } from '../../../../core/model/mark.ts';
import type { MarkColor } from '../../../../core/filter/node.ts';
import { Icon } from '../../../components/icon.tsx';

export const markLetters: Readonly<Record<MarkColor, string>> = {
  red: 'R',
  orange: 'O',
  yellow: 'Y',
  green: 'G',
  blue: 'B',
  purple: 'P',
  grey: 'Gy',
};

export function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

interface MarkSignsProps {
  readonly mark: Mark | null;
  /** With the colour's name where there is room. */
  readonly worded?: boolean;
}

/** What a person put on the exchange: the colour with its letter, a comment, a pin. */
export function MarkSigns({ mark, worded = false }: MarkSignsProps) {
  if (mark === null) return null;
  return (
    <span className="mark-signs">
      {mark.pinned && (
        <span title="Pinned" aria-label="pinned">
          <Icon name="pin" size={11} />
        </span>
      )}
      {mark.comment !== '' && (
        <span title={mark.comment} aria-label={`comment: ${mark.comment}`}>
          <Icon name="comment" size={11} />
        </span>
      )}
      {mark.color !== null && (
        <span
          className={`mark-letter ${mark.color}`}
          title={`Marked ${mark.color}`}
          aria-label={`marked ${mark.color}`}
        >
          {worded ? capital(mark.color) : markLetters[mark.color]}
        </span>
      )}
    </span>
  );
}
