import { useState } from 'react';
import { bodyPageBytesMax } from '../../../../core/contract/bodies.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import { Segmented } from '../../../components/segmented.tsx';
import { formatSize } from '../../../format/size.ts';
import { BodyBar } from './body-bar.tsx';
import { BodyContent } from './body-content.tsx';
import { useBodyView } from './use-body-view.ts';
import { useBody } from './use-body.ts';
import type { TabProps } from './tab-props.ts';

/** A picture is shown whole or not at all: up to this size it is fetched unasked. */
const imageBytes = 4_194_304;

export function BodyTab({ detail }: TabProps) {
  const { exchange } = detail;
  const [side, setSide] = useState<BodySide>(
    exchange.responseBytes === 0 && exchange.requestBytes > 0 ? 'request' : 'response',
  );
  const [decoded, setDecoded] = useState(true);
  const size = side === 'request' ? exchange.requestBytes : exchange.responseBytes;
  const type = side === 'response' ? (exchange.contentType ?? '') : '';
  const firstBytes = type.startsWith('image/') ? imageBytes : bodyPageBytesMax;
  const body = useBody({ exchangeId: exchange.id, side, decoded }, firstBytes, exchange.state);
  const view = useBodyView(body.state);
  return (
    <div className="tab-fill">
      <div className="tab-bar">
        <Segmented
          label="Which body"
          value={side}
          onChange={setSide}
          segments={[
            { value: 'request', label: `Request ${formatSize(exchange.requestBytes)}` },
            { value: 'response', label: `Response ${formatSize(exchange.responseBytes)}` },
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
        <BodyBar body={body} view={view} />
      </div>
      <BodyContent body={body} view={view} wireBytes={size} recorded={exchange.recorded} />
    </div>
  );
}
