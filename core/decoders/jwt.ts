import { fail, succeed, type Result } from '../model/result.ts';
import { decodeBase64 } from './base64.ts';
import { byteCount, hexOf, isoTime } from './byte-reader.ts';
import type { Card, CardFact, CardList } from './cards.ts';
import { mediaTypeOf, type Decoder } from './decoder.ts';
import { jsonKey, jsonSource, prettyJson, unescapeJson } from './json-text.ts';
import { jsonKinds, scanJson } from './json-scan.ts';
import { decodeLatin1 } from './utf8.ts';

const charsMax = 262_144;
const claimsMax = 500;

/** A whole body that is one JSON Web Token. */
export const jwt: Decoder = {
  id: 'jwt',
  name: 'JWT',
  bytesMax: charsMax,
  recognises: ({ contentType, bytes, complete }) =>
    mediaTypeOf(contentType) === 'application/jwt' ||
    (complete && bytes.length < charsMax && looksLikeJwt(decodeLatin1(bytes).trim())),
  decode: ({ bytes }) => readJwt(decodeLatin1(bytes).trim()),
};

/** Three base64url parts, the first beginning as `{"` does. */
export function looksLikeJwt(text: string): boolean {
  return /^ey[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/** A JSON Web Token (RFC 7519) taken apart. Its signature is not verified. */
export function readJwt(token: string): Result<CardList> {
  const parts = token.split('.');
  if (parts.length === 5) return succeed(encrypted(parts));
  const [header = '', payload = '', signature = ''] = parts;
  const headerCard = jsonCard('Header', header, headerMeanings);
  const payloadCard = jsonCard('Payload', payload, claimMeanings);
  if (parts.length !== 3 || headerCard === null || payloadCard === null)
    return fail('not-a-jwt', 'It is not a JSON Web Token: three base64url parts of JSON are expected.');
  const bytes = decodeBase64(signature);
  const none = signature === '';
  return succeed({
    kind: 'cards',
    notes: ['The signature is not verified here: anyone can have written this token.'],
    cards: [
      headerCard,
      payloadCard,
      {
        title: 'Signature',
        facts: [
          {
            name: 'Bytes',
            value: none
              ? 'None'
              : bytes === null
                ? 'Not base64url'
                : `${byteCount(bytes.length)}: ${hexOf(bytes)}`,
            wrong: none || bytes === null,
          },
          { name: 'Verified', value: 'No', meaning: 'That needs the key of whoever issued it.' },
        ],
        texts: [],
      },
    ],
  });
}

function encrypted([header = '', ...rest]: readonly string[]): CardList {
  const card = jsonCard('Header', header, headerMeanings);
  return {
    kind: 'cards',
    notes: ['An encrypted token (JWE, RFC 7516): what it holds cannot be read without the key.'],
    cards: [
      ...(card === null ? [] : [card]),
      {
        title: 'Encrypted parts',
        facts: ['Key', 'Initialization vector', 'Ciphertext', 'Authentication tag'].map((name, index) => ({
          name,
          value: byteCount(decodeBase64(rest[index] ?? '')?.length ?? 0),
        })),
        texts: [],
      },
    ],
  };
}

function jsonCard(title: string, part: string, meanings: Readonly<Record<string, string>>): Card | null {
  const bytes = decodeBase64(part);
  if (bytes === null || part === '') return null;
  const table = scanJson(bytes, true);
  if (table.kinds[0] !== jsonKinds.object) return null;
  const facts: CardFact[] = [];
  const end = table.next[0] ?? 0;
  for (let at = 1; at < end && facts.length < claimsMax; at = table.next[at] ?? end) {
    const name = unescapeJson(jsonKey(table, at) ?? '');
    const source = jsonSource(table, at);
    const value = table.kinds[at] === jsonKinds.string ? unescapeJson(source) : source;
    const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
    const time =
      timeClaims.includes(name) && table.kinds[at] === jsonKinds.number
        ? isoTime(Number(source) * 1000)
        : null;
    facts.push({
      name,
      value: time === null ? value : `${value} = ${time}`,
      ...(meaning === undefined ? {} : { meaning }),
      ...(name === 'alg' && value.toLowerCase() === 'none' ? { wrong: true } : {}),
    });
  }
  return { title, facts, texts: [{ title: 'JSON', language: 'json', text: prettyJson(table, 0) }] };
}

const timeClaims = ['exp', 'iat', 'nbf', 'auth_time', 'updated_at'];

const headerMeanings: Readonly<Record<string, string>> = {
  alg: 'How the token is signed. “none” means that it is not signed at all.',
  typ: 'What kind of token this is.',
  kid: 'Which of the issuer’s keys signed it.',
  jku: 'Where the issuer’s keys are published. A server that believes this address can be fooled.',
  jwk: 'The key itself. A server that believes it can be fooled.',
  x5t: 'Fingerprint of the certificate that signed it.',
  cty: 'What the payload is.',
  enc: 'How the payload is encrypted.',
};

/** RFC 7519 section 4.1, OpenID Connect Core section 2, RFC 8693, RFC 9068. */
const claimMeanings: Readonly<Record<string, string>> = {
  iss: 'Issuer: who made the token.',
  sub: 'Subject: whom it is about.',
  aud: 'Audience: who is meant to accept it.',
  exp: 'Expires: not accepted from this instant on.',
  nbf: 'Not before: not accepted earlier than this.',
  iat: 'Issued at.',
  jti: 'The token’s own number, to recognise it when it is used twice.',
  auth_time: 'When the person signed in.',
  azp: 'Authorized party: the client it was issued to.',
  nonce: 'Ties the token to one sign-in.',
  scope: 'What the token allows.',
  scp: 'What the token allows.',
  client_id: 'The client it was issued to.',
  roles: 'Roles of the subject.',
  act: 'Who acts for the subject.',
};
