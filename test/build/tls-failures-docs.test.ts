import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  clientTrustCodes,
  tlsFailure,
  tlsFailures,
  type TlsFailureCode,
} from '../../core/model/tls-failures.ts';

const page = readFileSync(new URL('../../docs/tls-failures.md', import.meta.url), 'utf8');
const codes = Object.keys(tlsFailures) as TlsFailureCode[];

test('the page has every failure in the words of the table, in its order', () => {
  const sections = page.split('\n## ').slice(1);
  const wanted = codes.map((code) => {
    const { what, fix } = tlsFailures[code];
    return `\`${code}\`\n\n${filled(what)} **${filled(fix)}**`;
  });
  expect(sections.map((section) => section.trim())).toEqual(wanted);
});

test('every failure is a sentence of what happened and one of what to do, with nothing left to fill in', () => {
  for (const code of codes) {
    const { message } = tlsFailure(code, 'api.example', { detail: 'something' });
    expect(message).not.toMatch(/[{}]|!|undefined/);
    expect(message).toMatch(/\.$/);
    expect(tlsFailures[code].fix).toMatch(/^[A-Z].*\.$/);
  }
});

test('what passing through may mend is on the client’s side', () => {
  for (const code of clientTrustCodes) expect(code).toMatch(/^client-/);
});

function filled(text: string): string {
  return text.replaceAll('{host}', 'HOST').replaceAll('{detail}', '…');
}
