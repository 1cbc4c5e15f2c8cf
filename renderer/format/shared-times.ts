import type { ExchangeRecord } from '../../core/model/exchange-record.ts';
import { exchangeDurationUs, type PhaseKind } from '../../core/model/timings.ts';

export interface SharedPart {
  readonly kind: PhaseKind;
  readonly fromUs: number;
  readonly toUs: number;
}

/** The stretches of one exchange among others on its connection: until the answer began, the answer, and at its end what was starved of it. */
export function sharedTimes(
  exchange: ExchangeRecord,
  nowUs: number,
): { readonly parts: readonly SharedPart[]; readonly totalUs: number } {
  const { startedAtUs, responseFromUs, responseStarvedUs } = exchange;
  const totalUs = exchangeDurationUs(exchange, nowUs);
  const endUs = startedAtUs + totalUs;
  const answerUs = Math.min(responseFromUs ?? endUs, endUs);
  const parts: SharedPart[] = [
    { kind: 'wait', fromUs: startedAtUs, toUs: answerUs },
    { kind: 'receive', fromUs: answerUs, toUs: endUs },
    { kind: 'stall', fromUs: Math.max(answerUs, endUs - responseStarvedUs), toUs: endUs },
  ];
  return { parts: parts.filter(({ fromUs, toUs }) => toUs > fromUs), totalUs };
}

/** What is across: all of them, but what stays open on purpose only where it is the chosen one. */
export function sharedSpan(
  exchanges: readonly ExchangeRecord[],
  chosenId: number,
  nowUs: number,
): { readonly fromUs: number; readonly toUs: number } {
  const judged = exchanges.filter(({ id, longLived }) => id === chosenId || longLived === null);
  const shown = judged.length === 0 ? exchanges : judged;
  const fromUs = Math.min(...shown.map(({ startedAtUs }) => startedAtUs));
  const toUs = Math.max(
    ...shown.map((each) => each.startedAtUs + sharedTimes(each, nowUs).totalUs),
    fromUs + 1,
  );
  return { fromUs, toUs };
}
