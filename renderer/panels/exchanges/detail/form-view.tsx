import { useState } from 'react';
import type { FieldList } from '../../../../core/decoders/fields.ts';
import { FieldsTable } from '../../../components/fields-table.tsx';
import { Notes } from '../../../components/notes.tsx';
import { Segmented } from '../../../components/segmented.tsx';

/** A form as a table, decoded or as it was sent. */
export function FormView({ list, notes }: { readonly list: FieldList; readonly notes: readonly string[] }) {
  const [sent, setSent] = useState(false);
  return (
    <div className="tab-scroll">
      <Notes notes={[...notes, ...list.notes]} />
      <div className="viewer-bar">
        <Segmented
          label="Escapes"
          value={sent ? 'sent' : 'read'}
          onChange={(value) => setSent(value === 'sent')}
          segments={[
            { value: 'read', label: 'Escapes undone' },
            { value: 'sent', label: 'As sent' },
          ]}
        />
        <span className="muted">{`${list.fields.length.toLocaleString('en')} field${list.fields.length === 1 ? '' : 's'}`}</span>
      </div>
      <div className="padded">
        <FieldsTable label="Fields of the form" fields={list.fields} sent={sent} />
      </div>
    </div>
  );
}
