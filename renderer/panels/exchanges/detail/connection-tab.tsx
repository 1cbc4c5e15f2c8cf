import { Term } from '../../../components/term.tsx';
import type { Tier } from '../../../../core/model/exchange-record.ts';
import { legsOf, legWords, type Leg } from '../../../format/leg-words.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { CertificateChain } from './certificate-chain.tsx';
import { ConnectionExchanges } from './connection-exchanges.tsx';
import { DialAttempts } from './dial-attempts.tsx';
import { H2Notes } from './h2-notes.tsx';
import { LegFacts } from './leg-facts.tsx';
import { Remarks } from './remarks.tsx';
import type { TabProps } from './tab-props.ts';

export function ConnectionTab({ detail }: TabProps) {
  const { exchange, clientLeg, serverLeg } = detail;
  return (
    <div className="tab-scroll">
      <Remarks exchange={exchange} />
      <ConnectionExchanges key={exchange.serverConversation ?? 0} exchange={exchange} />
      <div className="legs">
        <section className="leg">
          <h3>
            <LegName leg="server" tier={exchange.tier} />
          </h3>
          {serverLeg === null ? (
            <p className="muted">No connection to the server was tried.</p>
          ) : (
            <>
              <LegFacts leg={serverLeg} exchange={exchange} />
              <DialAttempts attempts={serverLeg.dialAttempts} />
              <CertificateChain chain={serverLeg.chain} problem={serverLeg.trustProblem} />
              <H2Notes leg={serverLeg} />
            </>
          )}
          {exchange.tier === 'proxy' && <HostChoices host={exchange.host} />}
        </section>
        {legsOf(exchange.tier).includes('client') && (
          <section className="leg">
            <h3>
              <LegName leg="client" tier={exchange.tier} />
            </h3>
            {clientLeg === null ? (
              <p className="muted">The client’s connection is not recorded.</p>
            ) : (
              <>
                <LegFacts leg={clientLeg} exchange={exchange} />
                <H2Notes leg={clientLeg} />
              </>
            )}
          </section>
        )}
      </div>
    </div>
  );
}

function LegName({ leg, tier }: { readonly leg: Leg; readonly tier: Tier }) {
  const { name, meaning } = legWords(leg, tier);
  return <Term meaning={meaning}>{name}</Term>;
}

/** What shall happen to further connections to this host. */
function HostChoices({ host }: { readonly host: string }) {
  const { recording } = useWindowState();
  const state = useStore(recording.state);
  if (state === null) return null;
  const passed = state.passThroughHosts.includes(host);
  const accepted = state.insecureHosts.includes(host);
  return (
    <div className="host-choices">
      <button
        type="button"
        className="button"
        title="Further connections to this host are passed through unread, or read again."
        onClick={() => void recording.passThroughHost(host, !passed)}
      >
        {passed ? 'Read this host again' : 'Pass this host through'}
      </button>
      {accepted && (
        <button type="button" className="button" onClick={() => void recording.acceptHost(host, false)}>
          No longer accept its untrusted certificate
        </button>
      )}
    </div>
  );
}
