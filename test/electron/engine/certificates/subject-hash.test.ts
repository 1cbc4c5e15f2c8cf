import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { subjectHash } from '../../../../electron/engine/certificates/subject-hash.ts';
import { newAuthority } from './support.ts';

describe('the hash of a subject', () => {
  it('is the one that OpenSSL gives', async () => {
    for (const authority of [await newAuthority(), await newAuthority()]) {
      const asked = ['x509', '-subject_hash_old', '-noout'];
      const said = execFileSync('openssl', asked, { input: authority.certificatePem, encoding: 'utf8' });
      expect(subjectHash(authority.certificatePem)).toBe(said.trim());
    }
  });

  it('is there for subjects of any text, and with a leading zero', () => {
    for (const subject of [
      '/CN=Ünïcode CA/O=Ä',
      '/C=DE/CN=x',
      ...Array.from({ length: 20 }, (_, at) => `/CN=${at}`),
    ]) {
      const made = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        '/dev/null',
      ];
      const pem = execFileSync('openssl', [...made, '-utf8', '-subj', subject], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const said = execFileSync('openssl', ['x509', '-subject_hash_old', '-noout'], {
        input: pem,
        encoding: 'utf8',
      });
      expect(subjectHash(pem)).toBe(said.trim());
    }
  });
});
