import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type PeerCertificate, type SecureContext } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../../core/model/result.ts';
import type { Authority } from '../../../../electron/engine/certificates/authority.ts';
import { createLeafKey, issuerOf, signLeaf } from '../../../../electron/engine/certificates/leaf.ts';
import { verifyUpstream } from '../../../../electron/engine/certificates/verify-upstream.ts';
import { authorityMadeAt, hasTool, look, names, newAuthority, serveTls, temporaryFolder } from './support.ts';

const dayMs = 86_400_000;

async function contextFor(
  authority: Authority,
  list: readonly string[],
  madeAtMs = Date.now(),
  withCa = true,
): Promise<SecureContext> {
  const key = await createLeafKey();
  const leaf = await signLeaf(issuerOf(authority), key, names(...list), madeAtMs);
  return createSecureContext({ key: key.pem, cert: leaf.pem + (withCa ? authority.certificatePem : '') });
}

async function verdict(context: SecureContext, ca: readonly string[], host: string): Promise<Failure | null> {
  const { certificate, authorizationError } = await look(await serveTls(context), ca);
  return verifyUpstream(certificate, authorizationError, host);
}

describe('a server whose chain is right', () => {
  test.each([
    'a.example',
    'A.EXAMPLE.',
    'x.b.example',
    'bücher.example',
    '127.0.0.1',
    '::1',
    '[::1]',
    '0:0::1',
  ])('may be believed as %s', async (host) => {
    const authority = await newAuthority();
    const context = await contextFor(authority, [
      'a.example',
      '*.b.example',
      'bücher.example',
      '127.0.0.1',
      '::1',
    ]);
    expect(await verdict(context, [authority.certificatePem], host)).toBeNull();
  });

  test.each(['c.example', 'b.example', 'x.y.b.example', '127.0.0.2', '::2', 'a b'])(
    'may not be believed as %s, and says what it is for',
    async (host) => {
      const authority = await newAuthority();
      const context = await contextFor(authority, ['a.example', '*.b.example', '127.0.0.1', '::1']);
      expect(await verdict(context, [authority.certificatePem], host)).toEqual({
        code: 'certificate-wrong-name',
        message: `The server's certificate is not for "${host}"; it is for "a.example", "*.b.example", "127.0.0.1", "0:0:0:0:0:0:0:1".`,
      });
    },
  );

  test('names at most five of many hosts', async () => {
    const authority = await newAuthority();
    const context = await contextFor(authority, ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const failure = await verdict(context, [authority.certificatePem], 'z.example');
    expect(failure?.message).toMatch(/it is for "a", "b", "c", "d", "e" and 2 more\.$/);
  });
});

describe('a chain that is wrong is named by its cause', () => {
  const today = new Date();
  const dayIn = (days: number): string => new Date(today.getTime() + days * dayMs).toISOString().slice(0, 10);

  test('expired', async () => {
    const authority = await authorityMadeAt(Date.now() - 100 * dayMs);
    const context = await contextFor(authority, ['a.example'], today.getTime() - 60 * dayMs);
    expect(await verdict(context, [authority.certificatePem], 'a.example')).toEqual({
      code: 'certificate-expired',
      message: `The server's certificate expired on ${dayIn(-17)}.`,
    });
  });

  test('expired further up', async () => {
    const authority = await authorityMadeAt(Date.now() - 3660 * dayMs);
    const endless = { ...authority, notAfter: new Date(Date.now() + 1000 * dayMs) };
    const context = await contextFor(endless, ['a.example']);
    const failure = await verdict(context, [authority.certificatePem], 'a.example');
    expect(failure?.code).toBe('certificate-expired');
    expect(failure?.message).toMatch(
      /^The certificate "Plumbline CA test .*" in the server's chain expired on /,
    );
  });

  test('not yet valid', async () => {
    const authority = await newAuthority();
    const context = await contextFor(authority, ['a.example'], today.getTime() + 10 * dayMs);
    expect(await verdict(context, [authority.certificatePem], 'a.example')).toEqual({
      code: 'certificate-not-yet-valid',
      message: `The server's certificate is valid from ${dayIn(8)} on only; this computer says it is ${dayIn(0)}.`,
    });
  });

  test('a root that is not trusted', async () => {
    const [authority, other] = [await newAuthority(), await newAuthority()];
    const failure = await verdict(
      await contextFor(authority, ['a.example']),
      [other.certificatePem],
      'a.example',
    );
    expect(failure?.code).toBe('certificate-issuer-unknown');
    expect(failure?.message).toMatch(/comes from "Plumbline CA .*", a root that is not trusted here\./);
  });

  test('an issuer that was not sent and is not known', async () => {
    const [authority, other] = [await newAuthority(), await newAuthority()];
    const context = await contextFor(authority, ['a.example'], Date.now(), false);
    const failure = await verdict(context, [other.certificatePem], 'a.example');
    expect(failure?.code).toBe('certificate-issuer-unknown');
    expect(failure?.message).toMatch(
      /^The issuer of the server's certificate, "Plumbline CA .*", is not trusted/,
    );
  });

  describe.skipIf(!hasTool('openssl'))('made by openssl', () => {
    function selfSigned(...options: readonly string[]): { context: SecureContext; pem: string } {
      const folder = temporaryFolder();
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      execFileSync(
        'openssl',
        [
          ...[
            'req',
            '-x509',
            '-newkey',
            'ec',
            '-pkeyopt',
            'ec_paramgen_curve:P-256',
            '-nodes',
            '-days',
            '30',
          ],
          ...['-keyout', key, '-out', cert, ...options],
        ],
        { stdio: 'ignore' },
      );
      const pem = readFileSync(cert, 'utf8');
      return { context: createSecureContext({ key: readFileSync(key), cert: pem }), pem };
    }

    test('self-signed', async () => {
      const other = await newAuthority();
      const { context } = selfSigned('-subj', '/CN=a.example');
      expect(await verdict(context, [other.certificatePem], 'a.example')).toEqual({
        code: 'certificate-self-signed',
        message: `The server's certificate "a.example" is self-signed: no authority vouches for it.`,
      });
    });

    test('a trusted one without alternative names is compared by its common name', async () => {
      const { context, pem } = selfSigned('-subj', '/CN=a.example');
      expect(await verdict(context, [pem], 'a.example')).toBeNull();
      expect((await verdict(context, [pem], 'b.example'))?.message).toMatch(/it is for "a\.example"\.$/);
    });

    test('a common name does not count beside alternative names, nor as an address', async () => {
      const named = selfSigned('-subj', '/CN=a.example', '-addext', 'subjectAltName=DNS:b.example');
      expect((await verdict(named.context, [named.pem], 'a.example'))?.code).toBe('certificate-wrong-name');
      const address = selfSigned('-subj', '/CN=127.0.0.1');
      expect((await verdict(address.context, [address.pem], '127.0.0.1'))?.code).toBe(
        'certificate-wrong-name',
      );
    });

    test('one that names nobody', async () => {
      const { context, pem } = selfSigned('-subj', '/O=Nobody');
      expect((await verdict(context, [pem], 'a.example'))?.message).toBe(
        `The server's certificate names no host, so it is not for "a.example".`,
      );
    });

    test('a hostile name stays inside its quotation marks', async () => {
      const { context, pem } = selfSigned(
        '-subj',
        '/CN=x',
        '-addext',
        'subjectAltName=DNS:a\u001b[2J.example',
      );
      expect((await verdict(context, [pem], 'a.example'))?.message).toContain('"a?[2J.example"');
    });
  });
});

describe('what a runtime may hand over', () => {
  const certificate = { subject: { CN: 'a.example' }, subjectaltname: 'DNS:a.example' } as PeerCertificate;

  test('no certificate at all', () => {
    for (const nothing of [null, undefined, {} as PeerCertificate]) {
      expect(verifyUpstream(nothing, null, 'a.example')).toEqual({
        code: 'certificate-missing',
        message: '"a.example" sent no certificate.',
      });
    }
  });

  test.each([
    ['CERT_REVOKED', 'certificate-revoked', "The server's certificate was revoked by its issuer."],
    [
      'INVALID_PURPOSE',
      'certificate-invalid',
      "The server's certificate was refused: it may not be used for servers (INVALID_PURPOSE).",
    ],
    ['CA md too weak', 'certificate-invalid', "The server's certificate was refused: CA md too weak."],
    [
      'CERT_HAS_EXPIRED',
      'certificate-expired',
      'A certificate in the chain of the server expired on an unknown day.',
    ],
  ])('%s as a string, as an error with a code, or as an error with a message', (word, code, message) => {
    const expected = { code, message };
    expect(verifyUpstream(certificate, word, 'a.example')).toEqual(expected);
    expect(verifyUpstream(certificate, new Error(word), 'a.example')).toEqual(expected);
    expect(verifyUpstream(certificate, Object.assign(new Error('x'), { code: word }), 'a.example')).toEqual(
      expected,
    );
  });

  test("the runtime's own verdict on names is not asked", () => {
    expect(verifyUpstream(certificate, 'ERR_TLS_CERT_ALTNAME_INVALID', 'a.example')).toBeNull();
  });
});
