import type { H2Note } from '../../../core/model/exchange-record.ts';
import type { Http2Event, Http2PriorityEvent } from '../../../core/observers/http2-events.ts';

/** Notes kept of one connection, the first; pings and priorities can go on for ever. */
const notesMax = 200;
const textCharsMax = 300;

/** What the ends say about their whole connection, in words. `changed` gets all notes when there is a new one. */
export function createHttp2Notes(changed: (notes: readonly H2Note[]) => void): (event: Http2Event) => void {
  let notes: readonly H2Note[] = [];
  return (event) => {
    if (notes.length >= notesMax) return;
    const note = noteOf(event);
    if (note === null) return;
    notes = [...notes, { ...note, text: note.text.slice(0, textCharsMax) }];
    changed(notes);
  };
}

function noteOf(event: Http2Event): H2Note | null {
  switch (event.type) {
    case 'settings': {
      const { atUs, sender, ack, settings } = event;
      const text = settings.map(([name, value]) => `${name} ${value}`).join(', ');
      return { atUs, sender, what: ack ? 'settings-ack' : 'settings', text };
    }
    case 'ping': {
      const { atUs, sender, ack, roundTripUs } = event;
      const text = roundTripUs === null ? '' : `after ${(roundTripUs / 1000).toFixed(2)} ms`;
      return { atUs, sender, what: ack ? 'ping-ack' : 'ping', text };
    }
    case 'goaway': {
      const { atUs, sender, lastStream, errorName, debug } = event;
      const text = `${errorName}, last stream ${lastStream}${debug === '' ? '' : `: ${debug}`}`;
      return { atUs, sender, what: 'goaway', text };
    }
    case 'priority':
      return { atUs: event.atUs, sender: event.sender, what: 'priority', text: priorityText(event) };
    case 'starvation': {
      if (event.h2Stream > 0) return null;
      const { toUs, fromUs, sender } = event;
      return { atUs: toUs, sender, what: 'starved', text: `for ${((toUs - fromUs) / 1000).toFixed(2)} ms` };
    }
    case 'defect':
    case 'unreadable':
      return { atUs: event.atUs, sender: event.sender, what: 'defect', text: event.defect.message };
    case 'request-head':
    case 'response-head':
    case 'request-trailers':
    case 'response-trailers':
    case 'push-promise':
    case 'request-body':
    case 'response-body':
    case 'request-end':
    case 'response-end':
    case 'reset':
      return null;
    default:
      return event satisfies never;
  }
}

function priorityText({ h2Stream, dependency, value }: Http2PriorityEvent): string {
  if (dependency === null) return `stream ${h2Stream}: ${value ?? ''}`;
  const { weight, parent, exclusive } = dependency;
  return `stream ${h2Stream}: weight ${weight}, depends${exclusive ? ' alone' : ''} on ${parent}`;
}
