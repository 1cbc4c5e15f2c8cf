import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createMinter } from '../../../../electron/engine/certificates/minter.ts';
import { authorityMadeAt, hasTool, look, names, newAuthority, run, serveTls } from './support.ts';

const dayMs = 86_400_000;

describe('the cache', () => {
  test('gives one context for the same names, also to those who ask while it is made', async () => {
    const minter = createMinter(await newAuthority());
    const all = await Promise.all(Array.from({ length: 20 }, () => minter.contextFor(names('a.example'))));
    expect(new Set(all).size).toBe(1);
    expect(await minter.contextFor(names('A.example'))).toBe(all[0]);
    expect(await minter.contextFor(names('b.example'))).not.toBe(all[0]);
  });

  test('drops what was unused for longest when it is full', async () => {
    const minter = createMinter(await newAuthority(), { cacheMax: 2 });
    const a = await minter.contextFor(names('a.example'));
    const b = await minter.contextFor(names('b.example'));
    expect(await minter.contextFor(names('a.example'))).toBe(a);
    await minter.contextFor(names('c.example'));
    expect(await minter.contextFor(names('a.example'))).toBe(a);
    expect(await minter.contextFor(names('b.example'))).not.toBe(b);
  });

  test('makes a context anew, once, when less than a day of it is left', async () => {
    let nowMs = Date.now();
    const minter = createMinter(await newAuthority(), { now: () => nowMs });
    const first = await minter.contextFor(names('a.example'));
    nowMs += 42 * dayMs - 1000;
    expect(await minter.contextFor(names('a.example'))).toBe(first);
    nowMs += 2000;
    const renewed = await Promise.all(Array.from({ length: 5 }, () => minter.contextFor(names('a.example'))));
    expect(new Set(renewed).size).toBe(1);
    expect(renewed[0]).not.toBe(first);
    expect(await minter.contextFor(names('a.example'))).toBe(renewed[0]);
  });

  test('keeps a context that a CA near its end cut short', async () => {
    const minter = createMinter(await authorityMadeAt(Date.now() - 3649.5 * dayMs));
    const first = await minter.contextFor(names('a.example'));
    expect(await minter.contextFor(names('a.example'))).toBe(first);
  });
});

test('all leaves share one key and have serial numbers of their own', async () => {
  const authority = await newAuthority();
  const minter = createMinter(authority);
  await minter.warmUp();
  const seen = [];
  for (const name of ['a.example', 'b.example']) {
    const port = await serveTls(await minter.contextFor(names(name)));
    const { certificate, authorizationError } = await look(port, [authority.certificatePem], name);
    expect(authorizationError).toBeNull();
    expect(certificate.issuerCertificate.fingerprint256).toBe(authority.fingerprintSha256);
    seen.push(new X509Certificate(certificate.raw));
  }
  const [a, b] = seen;
  expect(a?.publicKey.equals(b?.publicKey ?? a.publicKey)).toBe(true);
  expect(a?.serialNumber).not.toBe(b?.serialNumber);
});

describe('real clients accept what is minted', () => {
  test.skipIf(!hasTool('curl')).each(['example.com', 'www.sub.example.com', 'xn--bcher-kva.example'])(
    'curl, for %s',
    async (host) => {
      const authority = await newAuthority();
      const minter = createMinter(authority);
      const port = await serveTls(
        await minter.contextFor(names('*.sub.example.com', 'example.com', 'bücher.example')),
      );
      const options = ['-sS', '--noproxy', '*', '--cacert', authority.certificatePath];
      const result = await run('curl', [
        ...options,
        '--connect-to',
        `::127.0.0.1:${port}`,
        `https://${host}/`,
      ]);
      expect(result).toEqual({ exitCode: 0, output: 'ok' });
    },
  );

  test.skipIf(!hasTool('curl')).each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])('curl, for the address %s', async (address, inUrl) => {
    const authority = await newAuthority();
    const minter = createMinter(authority);
    const port = await serveTls(await minter.contextFor(names(inUrl)), address);
    const options = ['-sS', '--noproxy', '*', '--cacert', authority.certificatePath];
    const result = await run('curl', [...options, `https://${inUrl}:${port}/`]);
    expect(result).toEqual({ exitCode: 0, output: 'ok' });
  });

  test.skipIf(!hasTool('python3')).each(['example.com', '127.0.0.1', '::1'])(
    'python with VERIFY_X509_STRICT, for %s',
    async (host) => {
      const authority = await newAuthority();
      const port = await serveTls(
        await createMinter(authority).contextFor(names('example.com', '127.0.0.1', '::1')),
      );
      const script = `
import socket, ssl, sys
context = ssl.create_default_context(cafile=sys.argv[1])
context.verify_flags |= ssl.VERIFY_X509_STRICT
with socket.create_connection(('127.0.0.1', int(sys.argv[2]))) as plain:
    with context.wrap_socket(plain, server_hostname=sys.argv[3]) as secure:
        print(secure.version())`;
      const result = await run('python3', ['-c', script, authority.certificatePath, String(port), host]);
      expect(result).toEqual({ exitCode: 0, output: 'TLSv1.3\n' });
    },
  );

  test.skipIf(!hasTool('curl'))('and refuse it for another name', async () => {
    const authority = await newAuthority();
    const port = await serveTls(await createMinter(authority).contextFor(names('example.com')));
    const options = ['-sS', '--noproxy', '*', '--cacert', authority.certificatePath];
    const result = await run('curl', [
      ...options,
      '--connect-to',
      `::127.0.0.1:${port}`,
      'https://other.example/',
    ]);
    expect(result.exitCode).toBe(60);
  });
});
