import { getCiphers } from 'node:tls';
import { expect, test } from 'vitest';
import { cipherNames, groupNames, signatureNames } from '../../../../core/model/tls-names.ts';
import { createTlsRuntime } from '../../../../electron/engine/proxy/tls-runtime.ts';

test('the names are those that the runtime takes, where it knows them', () => {
  const runtime = createTlsRuntime();
  const known = getCiphers();
  for (const name of cipherNames.values())
    expect([name, runtime.cipher(name)]).toEqual([name, known.includes(name.toLowerCase())]);
  for (const name of ['P-256', 'P-384', 'P-521', 'X25519', 'X25519MLKEM768'])
    expect([...groupNames.values()].includes(name) && runtime.group(name)).toBe(true);
  for (const name of signatureNames.values()) expect([name, runtime.signature(name)]).toEqual([name, true]);
  expect(runtime.group('no such group')).toBe(false);
});
