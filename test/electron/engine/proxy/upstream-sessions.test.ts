import { expect, test } from 'vitest';
import { createCaAcceptance } from '../../../../electron/engine/proxy/ca-acceptance.ts';
import {
  createUpstreamSessions,
  type UpstreamSession,
} from '../../../../electron/engine/proxy/upstream-sessions.ts';

function session(name: string, version: string, validTo = '2099-01-01'): UpstreamSession {
  const certificate = { subject: '', issuer: '', validFrom: '', names: [], fingerprintSha256: '' };
  return {
    session: Buffer.from(name),
    version,
    chain: [{ ...certificate, validTo }],
    subjectAltName: undefined,
  };
}

test('a session of TLS 1.3 is used once, newest first, and no more than two are kept', () => {
  const sessions = createUpstreamSessions();
  for (const name of ['one', 'two', 'three']) sessions.put('a', session(name, 'TLSv1.3'));
  expect(sessions.take('a')?.session.toString()).toBe('three');
  expect(sessions.take('a')?.session.toString()).toBe('two');
  expect(sessions.take('a')).toBeNull();
  expect(sessions.take('b')).toBeNull();
});

test('a session of TLS 1.2 is used until it is forgotten, and none whose certificate has run out', () => {
  const sessions = createUpstreamSessions();
  sessions.put('a', session('one', 'TLSv1.2'));
  expect(sessions.take('a')).not.toBeNull();
  expect(sessions.take('a')).not.toBeNull();
  sessions.forget('a');
  expect(sessions.take('a')).toBeNull();
  sessions.put('b', session('old', 'TLSv1.2', '2020-01-01'));
  expect(sessions.take('b')).toBeNull();
});

test('what a client took for one host says nothing about that host', () => {
  const acceptance = createCaAcceptance();
  acceptance.accepted('client', 'a.example');
  expect(acceptance.hasAccepted('client', 'a.example')).toBe(false);
  expect(acceptance.hasAccepted('client', 'b.example')).toBe(true);
  expect(acceptance.hasAccepted('another', 'b.example')).toBe(false);
  acceptance.accepted('client', 'b.example');
  expect(acceptance.hasAccepted('client', 'b.example')).toBe(true);
});
