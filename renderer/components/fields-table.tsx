import type { Field } from '../../core/decoders/fields.ts';
import { useWindowState } from '../state/window-state.ts';
import { copyText } from './clipboard.ts';
import { MenuRows } from './menu-rows.tsx';
import { ToneSign } from './tone-sign.tsx';
import './fields-table.css';

interface FieldsTableProps {
  readonly fields: readonly Field[];
  readonly label: string;
  /** Escapes left as they were sent. */
  readonly sent: boolean;
}

/** Names and values of a query or a form, in the order they were sent. */
export function FieldsTable({ fields, label, sent }: FieldsTableProps) {
  const { encodeBox } = useWindowState();
  return (
    <table className="fields mono" aria-label={label}>
      <MenuRows
        rows={fields.map((field) => {
          const name = sent ? field.nameSent : field.name;
          const value = sent ? field.valueSent : field.value;
          return {
            items: () => [
              { label: 'Copy value', run: () => void copyText(value ?? '') },
              { label: 'Copy name', run: () => void copyText(name) },
              { label: 'Copy as sent', run: () => void copyText(asSent(field)) },
              { label: 'Encode or decode', run: () => encodeBox.open(value ?? '') },
            ],
            cells: (
              <>
                <th
                  scope="row"
                  title={field.nameSent === field.name ? undefined : `As sent: ${field.nameSent}`}
                >
                  {name}
                </th>
                <td title={field.valueSent === field.value ? undefined : `As sent: ${field.valueSent ?? ''}`}>
                  {value ?? <span className="muted">no value</span>}
                  {field.problem !== null && (
                    <span className="field-problem">
                      <ToneSign tone="warning" /> {field.problem}
                    </span>
                  )}
                </td>
              </>
            ),
          };
        })}
      />
    </table>
  );
}

function asSent({ nameSent, valueSent }: Field): string {
  return valueSent === null ? nameSent : `${nameSent}=${valueSent}`;
}
