/** The text, or its first `charsMax` - 1 characters and …; no pair of surrogates is torn. */
export function cutText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 2);
  const tears = last >= 0xd800 && last <= 0xdbff;
  return `${text.slice(0, charsMax - (tears ? 2 : 1))}…`;
}

/** Milliseconds as people read them: `0.42 ms`, `1,204 ms`. */
export function millisecondsText(us: number): string {
  const ms = us / 1000;
  return `${ms < 10 ? ms.toFixed(2) : Math.round(ms).toLocaleString('en')} ms`;
}
