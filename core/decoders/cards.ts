/** A name and what it holds. */
export interface CardFact {
  readonly name: string;
  readonly value: string;
  /** One sentence for whom the name is new. */
  readonly meaning?: string;
  /** Something is wrong with it. */
  readonly wrong?: boolean;
}

export interface CardText {
  readonly title: string;
  readonly language: 'json' | 'graphql' | 'plain';
  readonly text: string;
}

/** One message, call or part of a body that is explained rather than drawn as a tree. */
export interface Card {
  readonly title: string;
  readonly facts: readonly CardFact[];
  readonly texts: readonly CardText[];
}

export interface CardList {
  readonly kind: 'cards';
  readonly cards: readonly Card[];
  /** Sentences about the whole: what was left out, what is not verified. */
  readonly notes: readonly string[];
}
