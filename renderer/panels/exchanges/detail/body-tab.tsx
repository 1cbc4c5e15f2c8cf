import { useState } from 'react';
import type { ExchangeDetail } from '../../../../core/contract/exchanges.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { Segmented } from '../../../components/segmented.tsx';
import { formatSize } from '../../../format/size.ts';
import type { BodySides } from '../../../state/layout.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { BodyViewer } from './body-viewer.tsx';
import { useBodyPages } from './use-body-pages.ts';
import { useNamed } from './use-named.ts';
import type { TabProps } from './tab-props.ts';

/** Bodies of the request, the response, or both side by side. */
export function BodyTab({ detail }: TabProps) {
  const { exchange } = detail;
  const { layout } = useWindowState();
  const remembered = useStore(layout.bodySides);
  const [decoded, setDecoded] = useState(true);
  const usual: BodySide = exchange.responseBytes === 0 && exchange.requestBytes > 0 ? 'request' : 'response';
  const [here, setHere] = useState<Exclude<BodySides, 'either'> | null>(null);
  const sides = here ?? (remembered === 'both' ? 'both' : usual);
  const choose = (next: Exclude<BodySides, 'either'>) => {
    setHere(next);
    layout.bodySides.set(next === 'both' ? 'both' : 'either');
  };
  const [barPlace, setBarPlace] = useState<HTMLElement | null>(null);
  const shown: readonly BodySide[] = sides === 'both' ? ['request', 'response'] : [sides];
  return (
    <div className="tab-fill">
      <div className="tab-bar">
        <Segmented
          label="Which body"
          value={sides}
          onChange={choose}
          segments={[
            { value: 'request', label: `Request ${formatSize(exchange.requestBytes)}` },
            { value: 'response', label: `Response ${formatSize(exchange.responseBytes)}` },
            { value: 'both', label: 'Both', hint: 'Side by side' },
          ]}
        />
        <Segmented
          label="Content codings"
          value={decoded ? 'decoded' : 'raw'}
          onChange={(value) => setDecoded(value === 'decoded')}
          segments={[
            { value: 'decoded', label: 'Decoded', hint: 'Content codings such as gzip undone' },
            { value: 'raw', label: 'Raw', hint: 'The bytes on the wire, without framing' },
          ]}
        />
        {shown.length === 1 && <div ref={setBarPlace} className="body-place" />}
      </div>
      <div className={`body-sides ${shown.length > 1 ? 'both' : ''}`}>
        {shown.map((side) => (
          <OneBody
            key={`${side} ${String(decoded)}`}
            {...{ detail, side, decoded }}
            barPlace={shown.length === 1 ? barPlace : null}
          />
        ))}
      </div>
    </div>
  );
}

interface OneBodyProps {
  readonly detail: ExchangeDetail;
  readonly side: BodySide;
  readonly decoded: boolean;
  readonly barPlace: HTMLElement | null;
}

function OneBody({ detail, side, decoded, barPlace }: OneBodyProps) {
  const { exchange } = detail;
  const { session } = useWindowState();
  const sessionPath = useStore(session.state)?.path ?? 'SESSION';
  const wireBytes = side === 'request' ? exchange.requestBytes : exchange.responseBytes;
  const { pages, info } = useBodyPages({ exchangeId: exchange.id, side, decoded }, exchange.state);
  const named = useNamed(exchange, side);
  const empty = info?.totalBytes === 0 || (info?.knownBytes === 0 && info.decodeError !== null);
  return (
    <section className="body-side" aria-label={side === 'request' ? 'Request body' : 'Response body'}>
      {info?.problem != null && <p className="detail-empty">{info.problem}</p>}
      {info !== null && info.problem === null && empty && (
        <p className="detail-empty muted">
          {info.decodeError === null
            ? emptyWords(side, wireBytes, exchange.recorded)
            : `Nothing could be decoded: ${info.decodeError} “Raw” shows the bytes on the wire.`}
        </p>
      )}
      {info !== null && !empty && info.knownBytes > 0 && (
        <BodyViewer
          pages={pages}
          info={info}
          contentType={info.contentType}
          fileName={exchange.path}
          barPlace={barPlace}
          named={decoded ? named : null}
          command={`plumbline body "${sessionPath}" ${exchange.id} ${side} > body.bin`}
        />
      )}
    </section>
  );
}

function emptyWords(side: BodySide, wireBytes: number, recorded: string): string {
  if (wireBytes === 0) return `The ${side} has no body.`;
  return recorded === 'full' ? 'The body decodes to nothing.' : `The body was not recorded. ${recorded}`;
}
