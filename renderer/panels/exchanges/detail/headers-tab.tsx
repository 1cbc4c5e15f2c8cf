import { useState } from 'react';
import type { HeadView } from '../../../../core/contract/exchanges.ts';
import { Segmented } from '../../../components/segmented.tsx';
import { Term } from '../../../components/term.tsx';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { HeadBlock, HeaderLines, type HeadLook } from './head-block.tsx';
import type { TabProps } from './tab-props.ts';

type Mode = 'lines' | 'raw';

export function HeadersTab({ detail }: TabProps) {
  const [mode, setMode] = useState<Mode>('lines');
  const { request, requestForwarded, interim, response, requestTrailers, responseTrailers, exchange } =
    detail;
  const { layout } = useWindowState();
  const sorted = useStore(layout.sortHeaders);
  const [wanted, setWanted] = useState('');
  const raw = mode === 'raw';
  const look: HeadLook = { raw, sorted, wanted: wanted.toLowerCase() };
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
        {!raw && (
          <>
            <button
              type="button"
              className="button quiet"
              aria-pressed={sorted}
              title="By name instead of as they were sent"
              onClick={() => layout.sortHeaders.set(!sorted)}
            >
              A–Z
            </button>
            <input
              className="field viewer-find"
              type="search"
              placeholder="Find in headers"
              aria-label="Find in headers"
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || wanted === '') return;
                event.preventDefault();
                setWanted('');
              }}
            />
          </>
        )}
        <span className="muted head-count">{headCount(request, 'request')}</span>
        <span className="muted head-count">{headCount(response, 'response')}</span>
      </div>
      <div className="heads">
        <div className="head-column">
          <HeadBlock title="Request" head={request} look={look} missing={noRequest(exchange.method)} />
          {requestForwarded !== null && (
            <HeadBlock
              title="Request as forwarded"
              hint="A plain HTTP proxy request is rewritten from absolute to origin form; this is what left for the server."
              head={requestForwarded}
              look={look}
            />
          )}
          <Trailers title="Request trailers" lines={requestTrailers} look={look} />
        </div>
        <div className="head-column">
          {interim.map((head, index) => (
            <HeadBlock
              key={index}
              title="Interim response"
              hint="A 1xx head that came before the response itself."
              head={head}
              look={look}
            />
          ))}
          <HeadBlock
            title="Response"
            head={response}
            look={look}
            missing={exchange.state === 'open' ? 'No response yet.' : 'There was no response.'}
          />
          <Trailers title="Response trailers" lines={responseTrailers} look={look} />
        </div>
      </div>
    </div>
  );
}

interface TrailersProps {
  readonly title: string;
  readonly lines: HeadView['headers'];
  readonly look: HeadLook;
}

function Trailers({ title, lines, look }: TrailersProps) {
  if (lines.length === 0) return null;
  return (
    <section className="head-block">
      <h3>
        <Term meaning="Header lines that came after the body.">{title}</Term>
      </h3>
      <HeaderLines label={title} lines={lines} look={look} />
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
