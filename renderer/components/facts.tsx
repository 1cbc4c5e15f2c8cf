import type { ReactNode } from 'react';
import { Term } from './term.tsx';
import './facts.css';

export interface Fact {
  readonly name: string;
  /** One sentence for whom the name is new. */
  readonly meaning?: string;
  readonly value: ReactNode;
}

/** Names and values in two columns; facts without a value are left out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  const known = facts.filter(({ value }) => value !== null && value !== undefined && value !== '');
  return (
    <dl className="facts">
      {known.map(({ name, meaning, value }) => (
        <div key={name} className="fact">
          <dt>{meaning === undefined ? name : <Term meaning={meaning}>{name}</Term>}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
