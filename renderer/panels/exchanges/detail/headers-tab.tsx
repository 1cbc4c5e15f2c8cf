import { useState } from 'react';
import type { HeadView } from '../../../../core/contract/exchanges.ts';
import { Segmented } from '../../../components/segmented.tsx';
import { HeadBlock, HeaderLines } from './head-block.tsx';
import type { TabProps } from './tab-props.ts';

type Mode = 'lines' | 'raw';

export function HeadersTab({ detail }: TabProps) {
  const [mode, setMode] = useState<Mode>('lines');
  const { request, requestForwarded, interim, response, requestTrailers, responseTrailers, exchange } =
    detail;
  const raw = mode === 'raw';
  return (
    <div className="tab-fill">
      <div className="tab-bar">
        <Segmented
          label="How heads are shown"
          value={mode}
          onChange={setMode}
          segments={[
            { value: 'lines', label: 'Lines', hint: 'In the order and case they were sent' },
            { value: 'raw', label: 'Raw', hint: 'The exact bytes of the head, as ISO 8859-1 text' },
          ]}
        />
        <span className="muted">{headCount(request, 'request')}</span>
        <span className="muted">{headCount(response, 'response')}</span>
      </div>
      <div className="heads">
        <div className="head-column">
          <HeadBlock title="Request" head={request} raw={raw} missing={noRequest(exchange.method)} />
          {requestForwarded !== null && (
            <HeadBlock
              title="Request as forwarded"
              hint="A plain HTTP proxy request is rewritten from absolute to origin form; this is what left for the server."
              head={requestForwarded}
              raw={raw}
            />
          )}
          <Trailers title="Request trailers" lines={requestTrailers} />
        </div>
        <div className="head-column">
          {interim.map((head, index) => (
            <HeadBlock
              key={index}
              title="Interim response"
              hint="A 1xx head that came before the response itself."
              head={head}
              raw={raw}
            />
          ))}
          <HeadBlock
            title="Response"
            head={response}
            raw={raw}
            missing={exchange.state === 'open' ? 'No response yet.' : 'There was no response.'}
          />
          <Trailers title="Response trailers" lines={responseTrailers} />
        </div>
      </div>
    </div>
  );
}

function Trailers({ title, lines }: { readonly title: string; readonly lines: HeadView['headers'] }) {
  if (lines.length === 0) return null;
  return (
    <section className="head-block">
      <h3 title="Header lines that came after the body.">{title}</h3>
      <HeaderLines lines={lines} />
    </section>
  );
}

function headCount(head: HeadView | null, of: string): string {
  if (head === null) return '';
  const count = head.headers.length;
  return `${count} ${of} header${count === 1 ? '' : 's'}`;
}

function noRequest(method: string): string {
  return method === ''
    ? 'The bytes of a tunnel are passed through unread: there are no heads.'
    : 'There is no request head.';
}
