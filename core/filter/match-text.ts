import type { TextMatch } from './node.ts';

export type TextTest = (text: string | null) => boolean;

/**
 * A test of one text; null never matches. Upper and lower case of ASCII letters are the same, but for patterns, where
 * those of all letters are. Linear in the text, but for patterns: those `parseFilter` lets through can take the square of
 * the length and more, so whoever runs one over long texts does it where nothing waits.
 */
export function compileTextMatch({ how, text }: TextMatch): TextTest {
  switch (how) {
    case 'contains': {
      const wanted = asciiLower(text);
      return (given) => given !== null && asciiLower(given).includes(wanted);
    }
    case 'equals': {
      const wanted = asciiLower(text);
      return (given) => given?.length === wanted.length && asciiLower(given) === wanted;
    }
    case 'wildcard':
      return wildcardTest(asciiLower(text));
    case 'regex': {
      const pattern = new RegExp(text, 'i');
      return (given) => given !== null && pattern.test(given);
    }
    default:
      return how satisfies never;
  }
}

/** Lower case of A to Z alone: other letters keep theirs, so that no text grows or matches by surprise. */
export function asciiLower(text: string): string {
  return /^[\0-\x7f]*$/.test(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Each part between stars is sought from the left: the first place found is as good as any. */
function wildcardTest(wildcard: string): TextTest {
  const parts = wildcard.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return (given) => given !== null && asciiLower(given) === first;
  const inner = parts.slice(1, -1).filter((part) => part !== '');
  return (given) => {
    if (given === null || given.length < first.length + last.length) return false;
    const text = asciiLower(given);
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of inner) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
