import type { QuestionWords } from './open-question.ts';

const statementsMax = 1000;
const charsMax = 4 * 1024 * 1024;

/** Statements that a conversation has prepared, by name or number; beyond 1,000 of them or 4 Mi characters the oldest is forgotten. */
export class PreparedStatements<Key, Statement extends { readonly words: QuestionWords }> {
  private readonly statements = new Map<Key, Statement>();
  private chars = 0;

  get(key: Key): Statement | null {
    return this.statements.get(key) ?? null;
  }

  put(key: Key, statement: Statement): void {
    this.drop(key);
    this.statements.set(key, statement);
    this.chars += charsOf(statement.words);
    for (const [oldest] of this.statements) {
      if (this.statements.size <= statementsMax && this.chars <= charsMax) break;
      this.drop(oldest);
    }
  }

  drop(key: Key): void {
    const old = this.statements.get(key);
    if (old === undefined) return;
    this.statements.delete(key);
    this.chars -= charsOf(old.words);
  }

  clear(): void {
    this.statements.clear();
    this.chars = 0;
  }
}

function charsOf({ statement, normalised }: QuestionWords): number {
  return statement.length + normalised.length;
}
