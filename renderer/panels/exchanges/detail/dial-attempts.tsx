import type { DialAttempt, ProxyStep } from '../../../../core/model/exchange-record.ts';
import { Duration } from '../../../components/measure.tsx';
import { ToneSign } from '../../../components/tone-sign.tsx';

const stepWords: Readonly<Record<ProxyStep, string>> = {
  'proxy-tls': 'TLS with the proxy',
  'proxy-connect': 'CONNECT',
  'proxy-socks': 'SOCKS',
};

/** Every address that was tried; shown when there was more than one or when none answered. */
export function DialAttempts({ attempts }: { readonly attempts: readonly DialAttempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <section className="leg-part">
      <h3>Addresses tried</h3>
      <table className="plain mono">
        <tbody>
          {attempts.map((attempt, index) => (
            <tr key={index}>
              <td>
                {attempt.address.includes(':') ? `[${attempt.address}]` : attempt.address}:{attempt.port}
                {attempt.step !== undefined && ` ${stepWords[attempt.step]}`}
              </td>
              <td className="number">
                <Duration us={attempt.toUs - attempt.fromUs} meaning="from the attempt to its outcome" />
              </td>
              <td className={attempt.error === null ? '' : 'problem'}>
                {attempt.error === null ? (
                  attempt.step === undefined ? (
                    'connected'
                  ) : (
                    'done'
                  )
                ) : (
                  <>
                    <ToneSign tone="problem" /> {attempt.error}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
