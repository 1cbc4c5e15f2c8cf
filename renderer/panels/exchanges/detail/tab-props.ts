import type { ExchangeDetail } from '../../../../core/contract/exchanges.ts';

export interface TabProps {
  readonly detail: ExchangeDetail;
}
