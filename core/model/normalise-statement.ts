import { SqlScanner, type SqlDialect } from './sql-scanner.ts';

/** Longest text that statements are grouped by; longer ones are cut, with … at the end. */
export const normalisedCharsMax = 8192;

const keywords = new Set(
  (
    'ADD ALL ALTER ANALYZE AND ANY ARRAY AS ASC BEGIN BETWEEN BY CALL CASE CAST CLOSE COLUMN COMMIT CONFLICT COPY CREATE CROSS CURRENT ' +
    'DECLARE DEFAULT DELETE DESC DISTINCT DO DROP DUPLICATE ELSE END EXCEPT EXECUTE EXISTS EXPLAIN FALSE FETCH FOR FROM FULL FUNCTION ' +
    'GRANT GROUP HAVING IF IGNORE ILIKE IN INDEX INNER INSERT INTERSECT INTERVAL INTO IS JOIN KEY LATERAL LEFT LIKE LIMIT LOCK MERGE ' +
    'NATURAL NEXT NOT NULL OF OFFSET ON ONLY OR ORDER OUTER OVER PARTITION PREPARE RECURSIVE REPLACE RETURNING REVOKE RIGHT ROLLBACK ' +
    'ROW ROWS SAVEPOINT SELECT SET SHOW START TABLE THEN TO TRANSACTION TRUE TRUNCATE UNION UNIQUE UPDATE USE USING VALUES VIEW WHEN ' +
    'WHERE WINDOW WITH'
  ).split(' '),
);

/** Keywords that a value can follow as well as a minus sign; after other words it is a subtraction. */
const noOperand = new Set(
  'ALL AND ANY AS BETWEEN BY CASE DEFAULT DISTINCT ELSE FROM HAVING IN INTERVAL INTO LIKE LIMIT NOT OFFSET ON OR RETURNING SELECT SET THEN TO VALUES WHEN WHERE'.split(
    ' ',
  ),
);
const beforeList = new Set(['IN', 'VALUES', 'VALUE', 'ANY', 'ALL', 'ARRAY']);
const listWords = new Set(['NULL', 'TRUE', 'FALSE', 'DEFAULT']);

/**
 * SQL as a text to group by: values and parameters are `?`, lists of values behind IN, VALUES and ARRAY are one `?`,
 * comments are gone, white space is one space, keywords are upper case. Linear in the length of the text.
 */
export function normaliseStatement(sql: string, dialect: SqlDialect): string {
  const scanner = new SqlScanner(sql, dialect);
  const pieces: string[] = [];
  /** The list of values being read: where its bracket stands among the pieces. */
  let listAt = -1;
  let last = '';
  /** A comment is white space too. */
  let wasComment = false;
  let minusAt = -1;
  let chars = 0;
  while (chars <= normalisedCharsMax && scanner.next()) {
    const { token } = scanner;
    if (token === 'comment') {
      wasComment = true;
      continue;
    }
    const space = (scanner.afterSpace || wasComment) && pieces.length > 0 ? ' ' : '';
    wasComment = false;
    let piece = token === 'symbol' || token === 'word' || token === 'identifier' ? scanner.value() : '?';
    if (token === 'word') {
      const upper = piece.length <= 12 ? piece.toUpperCase() : piece;
      if (keywords.has(upper)) piece = upper;
    }
    const before = pieces.at(-1);
    if (piece === '?' && token !== 'symbol' && minusAt === pieces.length - 1 && before !== undefined) {
      // The minus belongs to the value.
      chars -= before.length;
      pieces[pieces.length - 1] = before.startsWith(' ') ? ' ?' : '?';
      chars += pieces[pieces.length - 1]?.length ?? 0;
      minusAt = -1;
      last = '?';
      continue;
    }
    if (piece === '(' || piece === '[') {
      listAt =
        beforeList.has(last) || (last === ',' && pieces.at(-2)?.endsWith('(?)') === true)
          ? pieces.length
          : -1;
    } else if (listAt >= 0 && (piece === ')' || piece === ']')) {
      const opening = pieces[listAt] ?? '';
      for (let at = listAt; at < pieces.length; at++) chars -= pieces[at]?.length ?? 0;
      const isEmpty = listAt === pieces.length - 1;
      pieces.length = listAt;
      listAt = -1;
      if (pieces.at(-1)?.trim() === ',' && pieces.at(-2)?.endsWith('(?)') === true) {
        // One more row of the same VALUES.
        chars -= pieces.pop()?.length ?? 0;
      } else {
        const list = isEmpty ? `${opening}${piece}` : `${opening}?${piece}`;
        pieces.push(list);
        chars += list.length;
      }
      last = ')';
      continue;
    } else if (listAt >= 0 && piece !== '?' && piece !== ',' && piece !== '-' && !listWords.has(piece)) {
      listAt = -1;
    }
    minusAt = piece === '-' && takesSign(last) ? pieces.length : -1;
    pieces.push(space + piece);
    chars += space.length + piece.length;
    last = piece;
  }
  while (pieces.at(-1)?.trim() === ';') pieces.pop();
  const text = pieces.join('');
  return text.length <= normalisedCharsMax ? text : `${text.slice(0, normalisedCharsMax - 1)}…`;
}

/** Whether a minus behind this piece is the sign of a value. */
function takesSign(last: string): boolean {
  return last === '' || noOperand.has(last) || /^[=<>(,[+*/%|&!~^-]$/.test(last);
}

const mainVerbs = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'VALUES', 'TABLE', 'REPLACE']);
const verbCharsMax = 30;

/**
 * The first word of a statement in upper case; behind WITH, the word of what is done with it. `EMPTY` where there is
 * no statement, `QUERY` where it begins with no word.
 */
export function verbOf(sql: string, dialect: SqlDialect): string {
  const scanner = new SqlScanner(sql, dialect);
  let isWith = false;
  let depth = 0;
  while (scanner.next()) {
    const { token } = scanner;
    if (token === 'comment') continue;
    const value = token === 'word' || token === 'symbol' ? scanner.value() : '';
    if (isWith) {
      if (value === '(') depth++;
      else if (value === ')') depth--;
      else if (depth === 0 && token === 'word') {
        const word = value.toUpperCase();
        if (mainVerbs.has(word)) return word;
      }
      continue;
    }
    if (value === '(' || value === ';') continue;
    if (token !== 'word') return 'QUERY';
    const word = value.toUpperCase();
    if (word !== 'WITH') return word.slice(0, verbCharsMax);
    isWith = true;
  }
  return isWith ? 'WITH' : 'EMPTY';
}

const traceParent = /traceparent='(00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})'/;

/** The W3C trace parent that SQLCommenter put into a comment of the statement; null where there is none. */
export function traceParentOf(sql: string, dialect: SqlDialect): string | null {
  if (!sql.includes('traceparent')) return null;
  const scanner = new SqlScanner(sql, dialect);
  while (scanner.next()) {
    if (scanner.token !== 'comment') continue;
    const found = traceParent.exec(scanner.value().replaceAll('%27', "'"))?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

const mayHoldPassword = /password|identified/i;
const passwordVerbs = new Set(['CREATE', 'ALTER', 'SET', 'GRANT', 'CHANGE']);

/**
 * The statement without passwords that it sets: `PASSWORD 'x'`, `IDENTIFIED BY 'x'`, `SET PASSWORD = 'x'`,
 * `MASTER_PASSWORD = 'x'` have '[removed]' in place of the value. Others are given back as they are.
 */
export function withoutPasswords(sql: string, dialect: SqlDialect): string {
  if (!mayHoldPassword.test(sql)) return sql;
  const verb = verbOf(sql, dialect);
  if (!passwordVerbs.has(verb)) return sql;
  const scanner = new SqlScanner(sql, dialect);
  let kept = '';
  let keptTo = 0;
  /** What takes the next strings: none, one, or all up to the next comma. */
  let takes: 'none' | 'one' | 'all' = 'none';
  let awaitsEquals = false;
  let words = 0;
  while (scanner.next()) {
    const value = scanner.token === 'string' ? '' : scanner.value();
    if (scanner.token === 'word') {
      const word = value.toUpperCase();
      words++;
      if (verb === 'SET' && words === 2 && word === 'PASSWORD') awaitsEquals = true;
      else if (word === 'IDENTIFIED') takes = 'all';
      else if (word.endsWith('PASSWORD') && !awaitsEquals && takes === 'none') takes = 'one';
    } else if (value === '=' && awaitsEquals) takes = 'all';
    else if (value === ',' || value === ';') takes = 'none';
    else if (scanner.token === 'string' && takes !== 'none') {
      kept += `${sql.slice(keptTo, scanner.from)}'[removed]'`;
      keptTo = scanner.to;
      if (takes === 'one') takes = 'none';
    }
  }
  return kept + sql.slice(keptTo);
}
