import type { ConversationRecord, H2Note } from '../../../../core/model/exchange-record.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { formatDuration } from '../../../format/duration.ts';

/** What both ends said about a whole HTTP/2 connection, in order of time. */
export function H2Notes({ leg }: { readonly leg: ConversationRecord }) {
  if (leg.h2Notes.length === 0) return null;
  const notes = [...leg.h2Notes].sort((a, b) => a.atUs - b.atUs);
  return (
    <section className="leg-part">
      <h4>HTTP/2 connection</h4>
      <table className="plain h2-notes">
        <tbody>
          {notes.map((note, at) => (
            <tr key={at}>
              <td className="number muted">{formatDuration(Math.max(0, note.atUs - leg.openedAtUs))}</td>
              <td className="muted">{note.sender === 'client' ? 'client' : 'server'}</td>
              <th scope="row">
                {isTrouble(note) && <ToneSign tone="warning" />} {names[note.what]}
              </th>
              <td className="h2-note-text">{note.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const names: Readonly<Record<H2Note['what'], string>> = {
  settings: 'SETTINGS',
  'settings-ack': 'SETTINGS taken over',
  ping: 'PING',
  'ping-ack': 'PING answered',
  goaway: 'GOAWAY',
  priority: 'Priority',
  starved: 'Starved',
  defect: 'Defect',
};

function isTrouble({ what, text }: H2Note): boolean {
  return what === 'starved' || what === 'defect' || (what === 'goaway' && !text.startsWith('NO_ERROR'));
}
