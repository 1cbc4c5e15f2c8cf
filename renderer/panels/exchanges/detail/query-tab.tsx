import { useMemo, useState } from 'react';
import { graphqlOfQuery } from '../../../../core/decoders/graphql.ts';
import { queryOf, readUrlencoded } from '../../../../core/decoders/urlencoded.ts';
import { urlencoded } from '../../../../core/decoders/urlencoded.ts';
import { CardView } from '../../../components/cards-view.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { FieldsTable } from '../../../components/fields-table.tsx';
import { Notes } from '../../../components/notes.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { hasForm } from './head-fields.ts';
import type { TabProps } from './tab-props.ts';
import { useBodyPages } from './use-body-pages.ts';
import { useDecoded } from './use-decoded.ts';

/** The query of the URL and the form in the request's body. */
export function QueryTab({ detail }: TabProps) {
  const [sent, setSent] = useState(false);
  const query = queryOf(detail.exchange.path);
  const fields = useMemo(() => (query === null ? null : readUrlencoded(query)), [query]);
  const operation = query === null ? null : graphqlOfQuery(query);
  return (
    <div className="tab-fill">
      <div className="tab-bar">
        <Segmented
          label="Escapes"
          value={sent ? 'sent' : 'read'}
          onChange={(value) => setSent(value === 'sent')}
          segments={[
            { value: 'read', label: 'Escapes undone' },
            { value: 'sent', label: 'As sent' },
          ]}
        />
      </div>
      <div className="tab-scroll">
        {fields !== null && (
          <section className="head-block">
            <h3>
              Query <span className="muted">{`${fields.fields.length.toLocaleString('en')} fields`}</span>
              <CopyButton text={query ?? ''} what="query" />
            </h3>
            <Notes notes={fields.notes} />
            {fields.fields.length === 0 ? (
              <p className="muted">The query is empty.</p>
            ) : (
              <FieldsTable label="Query" fields={fields.fields} sent={sent} />
            )}
          </section>
        )}
        {operation?.cards.map((card, index) => (
          <CardView key={index} card={{ ...card, title: `GraphQL: ${card.title}` }} />
        ))}
        {hasForm(detail) && <FormBody detail={detail} sent={sent} />}
      </div>
    </div>
  );
}

const formType = 'application/x-www-form-urlencoded';

function FormBody({ detail, sent }: TabProps & { readonly sent: boolean }) {
  const { exchange } = detail;
  const { pages } = useBodyPages({ exchangeId: exchange.id, side: 'request', decoded: true }, exchange.state);
  const { state } = useDecoded(pages, urlencoded, formType);
  if (state === null) return null;
  if (!state.result.ok || state.result.value.kind !== 'fields') return null;
  const { fields, notes } = state.result.value;
  return (
    <section className="head-block">
      <h3>
        Form{' '}
        <span className="muted">{`${fields.length.toLocaleString('en')} fields in the body of the request`}</span>
      </h3>
      <Notes notes={notes} />
      <FieldsTable label="Form" fields={fields} sent={sent} />
    </section>
  );
}
