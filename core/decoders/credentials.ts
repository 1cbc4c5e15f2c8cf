import { decodeBase64 } from './base64.ts';
import type { CardList } from './cards.ts';
import { looksLikeJwt, readJwt } from './jwt.ts';
import { decodeLatin1, decodeUtf8, isUtf8 } from './utf8.ts';

/** An Authorization or Proxy-Authorization value explained: Basic (RFC 7617), Bearer (RFC 6750), and other schemes by name. */
export function readCredentials(fieldValue: string): CardList {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(fieldValue) ?? [];
  const token = rest.trim();
  if (scheme.toLowerCase() === 'basic') return basic(token);
  if (scheme.toLowerCase() === 'bearer' && looksLikeJwt(token)) {
    const read = readJwt(token);
    if (read.ok) return read.value;
  }
  return {
    kind: 'cards',
    notes: [],
    cards: [
      {
        title: `${scheme} credentials`,
        facts: [
          {
            name: 'Value',
            value: token,
            meaning: schemeMeanings[scheme.toLowerCase()] ?? 'A scheme that is not taken apart here.',
          },
        ],
        texts: [],
      },
    ],
  };
}

function basic(token: string): CardList {
  const bytes = decodeBase64(token);
  const text = bytes === null ? null : isUtf8(bytes) ? decodeUtf8(bytes) : decodeLatin1(bytes);
  const colon = text?.indexOf(':') ?? -1;
  if (text === null || colon === -1)
    return {
      kind: 'cards',
      notes: [],
      cards: [
        {
          title: 'Basic credentials',
          facts: [
            {
              name: 'Value',
              value: token,
              meaning: 'This is not base64 of a name, a colon and a password.',
              wrong: true,
            },
          ],
          texts: [],
        },
      ],
    };
  return {
    kind: 'cards',
    notes: ['Basic credentials are only encoded, not encrypted.'],
    cards: [
      {
        title: 'Basic credentials',
        facts: [
          { name: 'User', value: text.slice(0, colon) },
          { name: 'Password', value: text.slice(colon + 1) },
        ],
        texts: [],
      },
    ],
  };
}

const schemeMeanings: Readonly<Record<string, string>> = {
  bearer: 'Whoever holds this token may use it (RFC 6750).',
  digest: 'Proves a password without sending it (RFC 7616).',
  negotiate: 'Kerberos or NTLM, as the operating system negotiates it.',
  ntlm: 'Windows challenge and response.',
  dpop: 'A token bound to a key of the client (RFC 9449).',
  'aws4-hmac-sha256': 'The request signed with an AWS key.',
};
