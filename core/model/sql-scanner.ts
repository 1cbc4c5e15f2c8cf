/** How a server reads SQL: what a double quote, a backslash and a number sign mean in it. */
export type SqlDialect = 'postgres' | 'mysql';

export type SqlToken =
  | 'word'
  | 'number'
  | 'string'
  /** An identifier in quotes. */
  | 'identifier'
  /** `$1` or `?`. */
  | 'parameter'
  | 'comment'
  /** One character that is none of the others. */
  | 'symbol'
  | 'end';

/**
 * Cuts SQL into tokens, each character looked at a bounded number of times. What is not closed (a string, a comment)
 * reaches to the end. It knows words, not grammar, so it never fails.
 *
 * PostgreSQL: sections 4.1.1 to 4.1.5 of its manual, with nested comments, dollar quotes and E''. MySQL: backslashes
 * in strings, `"` for strings, backticks, `#`, and executable comments, which are read as the code they are.
 */
export class SqlScanner {
  readonly text: string;
  readonly dialect: SqlDialect;
  token: SqlToken = 'end';
  /** Where the token begins and ends. */
  from = 0;
  to = 0;
  /** White space stood before it. */
  afterSpace = false;
  /** Inside of an executable comment of MySQL, whose end is passed over. */
  private isInCode = false;

  constructor(text: string, dialect: SqlDialect) {
    this.text = text;
    this.dialect = dialect;
  }

  /** Goes to the next token; false at the end. */
  next(): boolean {
    const { text } = this;
    let at = this.to;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    this.afterSpace = at > this.to;
    this.from = at;
    if (at >= text.length) {
      this.token = 'end';
      this.to = at;
      return false;
    }
    this.token = this.read(at, text.charCodeAt(at));
    return true;
  }

  value(): string {
    return this.text.slice(this.from, this.to);
  }

  private read(at: number, code: number): SqlToken {
    const { text } = this;
    const second = text.charCodeAt(at + 1);
    switch (code) {
      case 39: // '
        return this.quoted(at, 39, this.dialect === 'mysql', 'string');
      case 34: // "
        return this.dialect === 'mysql'
          ? this.quoted(at, 34, true, 'string')
          : this.quoted(at, 34, false, 'identifier');
      case 96: // `
        return this.quoted(at, 96, false, 'identifier');
      case 45: // -
        return second === 45 ? this.lineComment(at) : this.symbol(at);
      case 35: // #
        return this.dialect === 'mysql' ? this.lineComment(at) : this.symbol(at);
      case 47: // /
        return second === 42 ? this.blockComment(at) : this.symbol(at);
      case 42: // *
        if (this.isInCode && second === 47) {
          this.isInCode = false;
          this.to = at + 2;
          return 'comment';
        }
        return this.symbol(at);
      case 36: // $
        return this.dollar(at);
      case 63: // ?
        this.to = at + 1;
        return this.dialect === 'mysql' ? 'parameter' : 'symbol';
      case 46: // .
        return isDigit(second) ? this.number(at) : this.symbol(at);
      default:
        if (isDigit(code)) return this.number(at);
        return isWord(code) ? this.word(at) : this.symbol(at);
    }
  }

  private symbol(at: number): SqlToken {
    this.to = at + 1;
    return 'symbol';
  }

  private quoted(at: number, quote: number, hasBackslash: boolean, token: SqlToken): SqlToken {
    const { text } = this;
    let end = at + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === 92 && hasBackslash) end++;
      else if (code === quote) {
        if (text.charCodeAt(end + 1) !== quote) break;
        end++;
      }
    }
    this.to = Math.min(text.length, end + 1);
    return token;
  }

  private lineComment(at: number): SqlToken {
    const end = this.text.indexOf('\n', at);
    this.to = end === -1 ? this.text.length : end;
    return 'comment';
  }

  private blockComment(at: number): SqlToken {
    const { text } = this;
    if (this.dialect === 'mysql') {
      const marker = text.charCodeAt(at + 2) === 77 ? at + 3 : at + 2; // /*M! is MariaDB's
      if (text.charCodeAt(marker) === 33) {
        this.isInCode = true;
        let end = marker + 1;
        while (isDigit(text.charCodeAt(end))) end++;
        this.to = end;
        return 'comment';
      }
      const end = text.indexOf('*/', at + 2);
      this.to = end === -1 ? text.length : end + 2;
      return 'comment';
    }
    let depth = 1;
    let end = at + 2;
    for (; end < text.length && depth > 0; end++) {
      const code = text.charCodeAt(end);
      const second = text.charCodeAt(end + 1);
      if (code === 42 && second === 47) depth--;
      else if (code === 47 && second === 42) depth++;
      else continue;
      end++;
    }
    this.to = Math.min(text.length, end);
    return 'comment';
  }

  /** `$1`, or a string between two tags such as `$body$`. */
  private dollar(at: number): SqlToken {
    const { text } = this;
    let end = at + 1;
    if (isDigit(text.charCodeAt(end))) {
      while (isDigit(text.charCodeAt(end))) end++;
      this.to = end;
      return 'parameter';
    }
    while (end < text.length && isWord(text.charCodeAt(end)) && text.charCodeAt(end) !== 36) end++;
    if (this.dialect === 'mysql' || text.charCodeAt(end) !== 36 || end - at > 64) {
      return this.symbol(at);
    }
    const tag = text.slice(at, end + 1);
    const close = text.indexOf(tag, end + 1);
    this.to = close === -1 ? text.length : close + tag.length;
    return 'string';
  }

  private number(at: number): SqlToken {
    const { text } = this;
    let end = at;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (isWord(code) || code === 46) continue;
      // The sign of an exponent; in 0x1e+1 it is none, but the value is taken out all the same.
      const before = text.charCodeAt(end - 1) | 32;
      if ((code === 43 || code === 45) && before === 101 && isDigit(text.charCodeAt(end + 1))) continue;
      break;
    }
    this.to = end;
    return 'number';
  }

  private word(at: number): SqlToken {
    const { text } = this;
    let end = at + 1;
    while (end < text.length && isWord(text.charCodeAt(end))) end++;
    // E'…', B'…', X'…', N'…', U&'…' and MySQL's _utf8'…' are strings with something in front.
    const first = text.charCodeAt(at);
    const short = end - at === 1 ? first | 32 : 0;
    const isIntroducer = first === 95 && this.dialect === 'mysql';
    if (text.charCodeAt(end) === 39) {
      if (short === 101 || short === 98 || short === 120 || short === 110 || isIntroducer) {
        return this.quoted(end, 39, short === 101 || this.dialect === 'mysql', 'string');
      }
    } else if (short === 117 && text.charCodeAt(end) === 38) {
      const quote = text.charCodeAt(end + 1);
      if (quote === 39) return this.quoted(end + 1, 39, false, 'string');
      if (quote === 34) return this.quoted(end + 1, 34, false, 'identifier');
    }
    this.to = end;
    return 'word';
  }
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Of identifiers and keywords; every character beyond ASCII is. */
function isWord(code: number): boolean {
  if (code >= 128) return code !== 0xa0;
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || isDigit(code) || code === 95 || code === 36;
}
