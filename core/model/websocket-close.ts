/** A close frame as one side sent it (RFC 6455 section 5.5.1). */
export interface CloseFrame {
  /** 1005: the frame holds none. */
  readonly code: number;
  /** What the sender wrote behind the code, at most 123 bytes of UTF-8; mostly empty. */
  readonly reason: string;
}

/** No close frame carries a code. */
export const noCloseCode = 1005;
/** The connection ended without a close frame: what its owner reports, no frame says it. */
export const closedWithoutFrame = 1006;

/** Whether a code may stand in a close frame (RFC 6455 section 7.4, IANA WebSocket Close Code Number Registry). */
export function isCloseCode(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== noCloseCode && code !== closedWithoutFrame;
}

/** What a close code means, one plain sentence. */
export function closeWords(code: number): string {
  const words = registered[code];
  if (words !== undefined) return words;
  if (code >= 4000 && code <= 4999)
    return 'A code of this application’s own; its authors know what it means.';
  if (code >= 3000 && code <= 3999) return 'A code for libraries and frameworks that nobody has registered.';
  if (code >= 1000 && code <= 2999) return 'A code that the protocol has reserved and given no meaning yet.';
  return 'Not a close code: they begin at 1000 and end at 4999.';
}

const registered: Readonly<Record<number, string>> = {
  1000: 'Closed normally: what the connection was for is done.',
  1001: 'Going away: the server is shutting down, or the page was left or closed.',
  1002: 'Protocol error: the other side sent something that WebSocket does not allow.',
  1003: 'Unsupported data: it received a kind of message that it does not take, such as binary instead of text.',
  1004: 'Reserved: this code has no meaning yet and should not be sent.',
  1005: 'Closed without a code: the close frame says no reason.',
  1006: 'Ended without a close frame: the connection broke off, or a program was ended.',
  1007: 'Invalid data: a message was not what its type says, such as text that is not UTF-8.',
  1008: 'Policy violation: the other side did something that is not allowed here; often a missing or expired login.',
  1009: 'Message too big: it received a message larger than it takes.',
  1010: 'Missing extension: the client needs an extension that the server did not agree to.',
  1011: 'Internal error: the server met something unexpected and could not go on; its log should say what.',
  1012: 'Service restart: the server is starting again; connecting again in a moment should work.',
  1013: 'Try again later: the server is too busy now.',
  1014: 'Bad gateway: a gateway got an invalid answer from the server behind it.',
  1015: 'The TLS handshake failed, for example because the certificate could not be verified.',
  3000: 'Unauthorized: a login is needed for this.',
  3003: 'Forbidden: whoever is logged in may not do this.',
  3008: 'Timeout: the other side did not answer in time.',
};
