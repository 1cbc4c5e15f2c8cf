/** Whether a filter looks for HTTP/3, which no row of a proxy can be. */
export function asksForHttp3(filter: string): boolean {
  return /(?:^|[\s(])protocol\s*[:=]+\s*["'(]?\s*(?:h3|http\/?3|quic)/i.test(filter);
}
