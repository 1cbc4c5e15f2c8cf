import type { RefObject } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { ToneSign } from '../../../components/tone-sign.tsx';
import type { SignName } from './row-signs.ts';

const signs = {
  note: <ToneSign tone="note" />,
  warning: <ToneSign tone="warning" />,
  problem: <ToneSign tone="problem" />,
  tunnel: <Icon name="tunnel" size={12} />,
  long: <Icon name="long" size={12} />,
  pin: <Icon name="pin" size={11} />,
  comment: <Icon name="comment" size={11} />,
} as const satisfies Record<SignName, unknown>;

/** The signs of rows, unseen: rows are drawn by hand and copy them from here. */
export function SignStore({ place }: { readonly place: RefObject<HTMLDivElement | null> }) {
  return (
    <div ref={place} hidden>
      {Object.entries(signs).map(([name, sign]) => (
        <span key={name} data-sign={name}>
          {sign}
        </span>
      ))}
    </div>
  );
}

export function copySignFrom(place: HTMLElement, name: SignName): Element {
  const sign = place.querySelector(`[data-sign="${name}"]`)?.firstElementChild;
  if (sign === null || sign === undefined) throw new Error(`There is no sign ${name}.`);
  return sign.cloneNode(true) as Element;
}
