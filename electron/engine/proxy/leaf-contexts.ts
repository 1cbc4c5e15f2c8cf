import type { SecureContext } from 'node:tls';
import type { Failure, Result } from '../../../core/model/result.ts';
import { tlsFailure } from '../../../core/model/tls-failures.ts';
import { leafNames, leafNamesLike } from '../certificates/names.ts';
import type { ProxyContext } from './proxy-context.ts';

/** Makes the certificate that will most probably be needed while the server is being dialled. */
export function startMinting(context: ProxyContext, host: string): Promise<Result<SecureContext>> {
  const names = leafNames([host]);
  if (!names.ok) return Promise.resolve(nameFailure(host, names.error));
  return context.minter.contextFor(names.value).then(
    (value) => ({ ok: true, value }),
    (error: unknown) => mintFailure(host, error),
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
  if (!names.ok) return nameFailure(serverName ?? host, names.error);
  try {
    return { ok: true, value: await context.minter.contextFor(names.value) };
  } catch (error) {
    return mintFailure(serverName ?? host, error);
  }
}

function nameFailure(host: string, { message }: Failure): Result<never> {
  return { ok: false, error: tlsFailure('client-name-invalid', host, { detail: withoutStop(message) }) };
}

function mintFailure(host: string, error: unknown): Result<never> {
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, error: tlsFailure('mint-failed', host, { detail: withoutStop(message) }) };
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
