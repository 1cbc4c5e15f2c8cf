import { cutText } from '../encoding/cut-text.ts';
import { normaliseStatement, verbOf, withoutPasswords } from './normalise-statement.ts';
import type { QuestionWords } from './open-question.ts';
import { statementCharsMax } from './query-events.ts';
import type { SqlDialect } from './sql-scanner.ts';

/** Statements remembered, and how long each may be: 1 MiB of characters and as many normalised. */
const rememberedMax = 256;
const rememberedCharsMax = 4096;

/** What SQL is called, its passwords taken out. Programs send the same few texts again and again, so the last ones are remembered. */
export class StatementWords {
  private readonly dialect: SqlDialect;
  private readonly remembered = new Map<string, QuestionWords>();

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
  }

  of(text: string): QuestionWords {
    const known = this.remembered.get(text);
    if (known !== undefined) return known;
    const { dialect } = this;
    const statement = cutText(withoutPasswords(text, dialect).trim(), statementCharsMax);
    const words = {
      verb: verbOf(statement, dialect),
      statement,
      normalised: normaliseStatement(statement, dialect),
    };
    if (text.length <= rememberedCharsMax) {
      if (this.remembered.size >= rememberedMax) this.remembered.clear();
      this.remembered.set(text, words);
    }
    return words;
  }
}
