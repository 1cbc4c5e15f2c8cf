import { resolve } from 'node:path';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { hostPattern, type ClientCertificateSetting } from '../../core/model/settings.ts';

/**
 * `HOST=CERT`, `HOST=CERT,KEY` or `HOST=CERT,KEY,PASSWORDFILE`, a key left empty being in the file of the certificate.
 * Failure: `bad-client-cert`.
 */
function parseClientCertificate(text: string): Result<ClientCertificateSetting> {
  const at = text.indexOf('=');
  const host = hostPattern.safeParse(text.slice(0, Math.max(0, at)));
  const [certificate = '', key = '', password = '', ...more] = text.slice(at + 1).split(',');
  if (!host.success || certificate === '' || more.length > 0) {
    return fail(
      'bad-client-cert',
      `"${text.slice(0, 200)}" names no client certificate. Write it as HOST=CERT or HOST=CERT,KEY, with two files.`,
    );
  }
  const path = (name: string): string | null => (name === '' ? null : resolve(name));
  return succeed({
    host: host.data,
    certificateFile: resolve(certificate),
    keyFile: path(key),
    passwordFile: path(password),
  });
}

/** All of them, or the first failure. */
export function parseClientCertificates(texts: readonly string[]): Result<ClientCertificateSetting[]> {
  const parsed: ClientCertificateSetting[] = [];
  for (const text of texts) {
    const one = parseClientCertificate(text);
    if (!one.ok) return one;
    parsed.push(one.value);
  }
  return succeed(parsed);
}
