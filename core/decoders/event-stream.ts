import { succeed } from '../model/result.ts';
import type { CardList } from './cards.ts';
import { mediaTypeOf, type Decoder } from './decoder.ts';
import { eventLineEnd, newEventDraft, takeEventLine, type EventDraft } from './event-stream-fields.ts';
import { prettyJson } from './json-text.ts';
import { scanJson } from './json-scan.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

const eventsMax = 2000;
const prettyCharsMax = 20_000;

/** Server-sent events (WHATWG HTML section 9.2) as a list. */
export const eventStream: Decoder = {
  id: 'event-stream',
  name: 'Events',
  bytesMax: 4_194_304,
  recognises: ({ contentType, bytes }) =>
    mediaTypeOf(contentType) === 'text/event-stream' && bytes.length > 0,
  decode: ({ bytes, complete }) => succeed(readEvents(decodeUtf8(bytes), complete)),
};

export function readEvents(text: string, complete: boolean): CardList {
  const events: EventDraft[] = [];
  let total = 0;
  let draft = newEventDraft();
  const dispatch = (): void => {
    const something =
      draft.data.length > 0 || draft.id !== null || draft.retry !== null || draft.comments.length > 0;
    if (something) total += 1;
    if (something && events.length < eventsMax) events.push(draft);
    draft = newEventDraft();
  };
  const lines = text.replace(/^\uFEFF/, '').split(eventLineEnd);
  const last = lines.pop() ?? '';
  for (const line of lines) {
    if (line === '') dispatch();
    else takeEventLine(draft, line);
  }
  const pending = last !== '' || draft.data.length > 0;
  if (last !== '') takeEventLine(draft, last);
  dispatch();
  const notes = [
    ...(total > eventsMax
      ? [
          `The first ${eventsMax.toLocaleString('en')} of ${total.toLocaleString('en')} events are shown; all of them are in Text.`,
        ]
      : []),
    ...(pending
      ? [
          complete
            ? 'The last event has no empty line behind it: a browser would not deliver it.'
            : 'The stream goes on after what was read.',
        ]
      : []),
  ];
  return { kind: 'cards', cards: events.map(cardOf), notes };
}

function cardOf({ type, data, id, retry, comments }: EventDraft, index: number): CardList['cards'][number] {
  const text = data.join('\n');
  const only = data.length === 0 ? (comments.length > 0 ? 'comment' : 'no data') : null;
  return {
    title: `${index + 1} · ${only ?? type}`,
    facts: [
      ...(id === null
        ? []
        : [
            { name: 'Id', value: id, meaning: 'Sent back as Last-Event-ID when the browser connects again.' },
          ]),
      ...(retry === null
        ? []
        : [
            {
              name: 'Retry',
              value: `${retry} ms`,
              meaning: 'How long the browser waits before it connects again.',
            },
          ]),
      ...comments
        .slice(0, 20)
        .map((value) => ({ name: 'Comment', value: value === '' ? '(keeps the connection alive)' : value })),
    ],
    texts: data.length === 0 ? [] : [{ title: 'data', ...laidOut(text) }],
  };
}

function laidOut(text: string): { readonly language: 'json' | 'plain'; readonly text: string } {
  if (!/^\s*[[{]/.test(text) || text.length > prettyCharsMax) return { language: 'plain', text };
  const table = scanJson(encodeUtf8(text), true);
  return table.problem === null
    ? { language: 'json', text: prettyJson(table, 0) }
    : { language: 'plain', text };
}
