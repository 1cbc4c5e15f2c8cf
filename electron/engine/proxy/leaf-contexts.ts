import type { SecureContext } from 'node:tls';
import type { Result } from '../../../core/model/result.ts';
import { leafNames, leafNamesLike } from '../certificates/names.ts';
import type { ProxyContext } from './proxy-context.ts';

/** Makes the certificate that will most probably be needed while the server is being dialled. */
export function startMinting(context: ProxyContext, host: string): Promise<Result<SecureContext>> {
  const names = leafNames([host]);
  if (!names.ok) return Promise.resolve(names);
  return context.minter.contextFor(names.value).then(
    (value) => ({ ok: true, value }),
    (error: unknown) => mintFailure(error),
  );
}

/** The context for a client that asked for `serverName`; without one, for what the server's own certificate names. */
export async function contextFor(
  context: ProxyContext,
  host: string,
  serverName: string | null,
  subjectAltName: string | undefined,
  minted: Promise<Result<SecureContext>> | null,
): Promise<Result<SecureContext>> {
  if (minted !== null && (serverName === host || (serverName === null && subjectAltName === undefined))) {
    return minted;
  }
  const names = serverName === null ? leafNamesLike(host, subjectAltName) : leafNames([serverName]);
  if (!names.ok) return names;
  try {
    return { ok: true, value: await context.minter.contextFor(names.value) };
  } catch (error) {
    return mintFailure(error);
  }
}

function mintFailure(error: unknown): Result<never> {
  const message = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    error: { code: 'mint-failed', message: `No certificate could be made for this host: ${message}` },
  };
}
