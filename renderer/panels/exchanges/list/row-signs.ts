import type { MarkColor } from '../../../../core/filter/node.ts';
import type { Mark } from '../../../../core/model/mark.ts';
import type { Tone } from '../../../format/tone.ts';

/** A sign before the text of a cell. Two with the same key look the same. */
export interface Lead {
  readonly key: string;
  /** At most, with the gap behind it. */
  readonly widthPx: number;
  readonly make: (copySign: CopySign) => Element;
}

/** The signs that `RowSigns` holds to be copied. */
export type SignName = Tone | 'tunnel' | 'long' | 'pin' | 'comment';
export type CopySign = (name: SignName) => Element;

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

const signPx = 16;
/** Pin, comment and letter; the name of a colour instead of its letter. */
const marksPx = { letter: 64, name: 96 } as const;

const toneLeads: Readonly<Record<Tone, Lead>> = {
  note: { key: 'note', widthPx: signPx, make: (copySign) => copySign('note') },
  warning: { key: 'warning', widthPx: signPx, make: (copySign) => copySign('warning') },
  problem: { key: 'problem', widthPx: signPx, make: (copySign) => copySign('problem') },
};

export function toneLead(tone: Tone): Lead {
  return toneLeads[tone];
}

export const tunnelLead: Lead = { key: 'tunnel', widthPx: signPx, make: (copySign) => copySign('tunnel') };

/** It stays open on purpose. */
export const longLead: Lead = {
  key: 'long',
  widthPx: signPx,
  make: (copySign) => labelled('long on purpose', copySign('long')),
};

/** What a person put on the exchange: a pin, a comment, the colour with its letter or (`worded`) its name. */
export function markLead(mark: Mark | null, worded: boolean): Lead | null {
  if (mark === null || (mark.color === null && mark.comment === '' && !mark.pinned)) return null;
  return {
    key: `${String(mark.pinned)} ${String(mark.color)} ${String(worded)} ${mark.comment}`,
    widthPx: worded ? marksPx.name : marksPx.letter,
    make: (copySign) => {
      const signs = document.createElement('span');
      signs.className = 'mark-signs';
      if (mark.pinned) signs.append(labelled('pinned', copySign('pin')));
      if (mark.comment !== '') signs.append(labelled(`comment: ${mark.comment}`, copySign('comment')));
      if (mark.color !== null) {
        const text = worded ? capital(mark.color) : markLetters[mark.color];
        const letter = labelled(`marked ${mark.color}`, text);
        letter.className = `mark-letter ${mark.color}`;
        signs.append(letter);
      }
      return signs;
    },
  };
}

function labelled(label: string, content: Element | string): HTMLElement {
  const element = document.createElement('span');
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  element.append(content);
  return element;
}
