import type { MessageRow } from '../../../../../core/contract/messages.ts';
import { closeWords } from '../../../../../core/model/websocket-close.ts';
import { formatBytes } from '../../../../format/size.ts';
import type { CloseSides } from '../../../../state/messages.ts';

/** What a message is, as its row says it. */
export function kindText({ name, closeCode }: MessageRow): string {
  return closeCode === 0 ? name : `${name} ${closeCode}`;
}

/** What stands where a message has no preview; empty for nothing. */
export function placeholderOf({ state, isPart, preview, name, contentBytes }: MessageRow): string {
  switch (state) {
    case 'not-stored':
      return 'not stored';
    case 'undecodable':
      return preview === '' ? 'cannot be decoded: an earlier part is missing or damaged' : '';
    case 'damaged':
      return 'the session file is damaged here';
    case 'whole':
    case 'cut':
      if (isPart) return 'goes on with the message above';
      return preview === '' && (contentBytes === 0 || name === 'ping' || name === 'pong') ? 'empty' : '';
    default:
      return state satisfies never;
  }
}

/** Said when the pointer rests on the kind. */
export function kindTitle({ kind, name, closeCode, defective, compressed }: MessageRow): string {
  const what = closeCode === 0 ? (meanings[`${kind} ${name}`] ?? '') : `Close: ${closeWords(closeCode)}`;
  return [
    what,
    compressed ? 'It was sent compressed.' : '',
    defective ? 'It breaks a rule of its protocol; what follows may not be messages.' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const meanings: Readonly<Record<string, string>> = {
  'websocket text': 'A message of text.',
  'websocket binary': 'A message of bytes.',
  'websocket continuation': 'A further part of a message that was sent in several frames.',
  'websocket ping': 'Asks whether the other side is still there.',
  'websocket pong': 'Answers a ping, or says by itself that this side is still there.',
  'websocket close': 'Closes the connection without saying why.',
  'event comment': 'A comment, mostly to keep the connection alive; pages do not see it.',
  'event settings': 'Sets the id or the time before connecting again; pages do not see it.',
  'grpc message': 'A message of the call.',
  'grpc trailers': 'The trailers of the call: its status and what belongs to it.',
};

export function sizeTitle({ wireBytes, contentBytes, compressed }: MessageRow): string {
  const wire = `${formatBytes(wireBytes)} on the wire${compressed ? ', compressed' : ''}`;
  return contentBytes === null ? wire : `${formatBytes(contentBytes)} of content · ${wire}`;
}

export function sideText(side: MessageRow['side']): string {
  return side === 'request' ? 'from the application' : 'from the server';
}

/** One sentence about how a WebSocket ended; null when nothing is known. */
export function closeSentence({ side, code }: CloseSides): string {
  const who = side === 'request' ? 'The application' : 'The server';
  return `${who} closed it with ${code}. ${closeWords(code)}`;
}
