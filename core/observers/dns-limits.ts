/** What one DNS observer keeps at most. */
export interface DnsLimits {
  /** Questions that wait for their answer; beyond it the oldest is told as unanswered. */
  readonly waitingMax: number;
  /** Questions remembered after their answer, to know a second answer from one without a question. */
  readonly answeredMax: number;
  /** `fact` events told of one conversation. */
  readonly factsMax: number;
}

export const DNS_LIMITS: DnsLimits = { waitingMax: 1000, answeredMax: 100, factsMax: 100 };

/** Of one answer. */
export const dnsPreviewRowsMax = 20;
export const dnsFactsMax = 50;
