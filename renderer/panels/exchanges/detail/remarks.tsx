import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { clientTrustCodes } from '../../../../core/model/tls-failures.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { exchangeRemarks, exchangeTone } from '../../../format/tone.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** What went wrong or is worth knowing, with the ways out there are. */
export function Remarks({ exchange }: { readonly exchange: ExchangeRecord }) {
  const { recording } = useWindowState();
  const remarks = exchangeRemarks(exchange);
  const tone = exchangeTone(exchange) ?? 'note';
  if (remarks.length === 0) return null;
  const untrusted = exchange.errorCode?.startsWith('upstream-certificate') === true;
  const clientRefused = clientTrustCodes.includes(exchange.errorCode ?? '');
  return (
    <div className={`banner ${tone}`}>
      <ToneSign tone={tone} />
      <div className="grow">
        {remarks.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
      </div>
      {untrusted && (
        <button
          type="button"
          className="button"
          onClick={() => void recording.acceptHost(exchange.host, true)}
        >
          Accept this host’s certificate
        </button>
      )}
      {(untrusted || clientRefused) && (
        <button
          type="button"
          className="button"
          onClick={() => void recording.passThroughHost(exchange.host, true)}
        >
          Pass this host through
        </button>
      )}
    </div>
  );
}
