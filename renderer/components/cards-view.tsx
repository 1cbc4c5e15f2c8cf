import type { Card, CardFact, CardList } from '../../core/decoders/cards.ts';
import { CopyButton } from './copy-button.tsx';
import { Notes } from './notes.tsx';
import './cards-view.css';

/** Messages, calls or tokens explained one below the other. */
export function CardsView({ list }: { readonly list: CardList }) {
  return (
    <div className="tab-scroll cards">
      <Notes notes={list.notes} />
      {list.cards.map((card, index) => (
        <CardView key={index} card={card} />
      ))}
    </div>
  );
}

export function CardView({ card }: { readonly card: Card }) {
  return (
    <section className="card">
      <h3>{card.title}</h3>
      {card.facts.length > 0 && (
        <dl className="card-facts">
          {card.facts.map((fact, index) => (
            <FactLine key={index} fact={fact} />
          ))}
        </dl>
      )}
      {card.texts.map(({ title, text }, index) => (
        <div key={index} className="card-text">
          <h4>
            {title}
            <CopyButton text={text} what={title.toLowerCase()} />
          </h4>
          <pre>{text}</pre>
        </div>
      ))}
    </section>
  );
}

function FactLine({ fact }: { readonly fact: CardFact }) {
  return (
    <div>
      <dt>{fact.name}</dt>
      <dd>
        <span className={`mono ${fact.wrong === true ? 'problem' : ''}`}>{fact.value}</span>
        {fact.meaning !== undefined && <span className="muted"> {fact.meaning}</span>}
      </dd>
    </div>
  );
}
