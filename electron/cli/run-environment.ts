import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { reasonOf } from '../engine/certificates/file-errors.ts';
import { loadUpstreamTrust } from '../engine/certificates/trust.ts';

/** The environment of a program that is watched, and the file that stands behind it. */
export interface RunEnvironment {
  readonly env: NodeJS.ProcessEnv;
  readonly remove: () => Promise<void>;
}

/** Read in place of the roots that a library has, so that they must name a file with these and ours. */
const bundleVariables = [
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'AWS_CA_BUNDLE',
  'CARGO_HTTP_CAINFO',
] as const;
/** Read beside the library's own. */
const extraVariables = ['NODE_EXTRA_CA_CERTS', 'DENO_CERT'] as const;

/**
 * Has a program believe our CA and the roots of this machine, and what its own variables named, by one file that is the
 * user's alone (`owner`, if the program is another's). Names of proxies are left out: its connections come here, whatever it thinks. Failures: those of
 * `loadUpstreamTrust`, `file-unwritable`.
 */
export async function makeRunEnvironment(
  caPem: string,
  extraCaFiles: readonly string[],
  owner: { readonly uid: number; readonly gid: number } | null,
): Promise<Result<RunEnvironment>> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:https?|all|ftp|no|wss?)_proxy$/i.test(name),
  );
  const env: NodeJS.ProcessEnv = Object.fromEntries(own);
  const named = [...bundleVariables, ...extraVariables]
    .map((name) => env[name] ?? '')
    .filter((file) => file !== '');
  let roots = await loadUpstreamTrust({ extraCaFiles: [...new Set([...extraCaFiles, ...named])] });
  // A file of the environment that nobody can read is the program's own affair.
  if (!roots.ok) roots = await loadUpstreamTrust({ extraCaFiles });
  if (!roots.ok) return roots;
  try {
    const folder = await mkdtemp(join(tmpdir(), 'plumbline-run-'));
    const bundle = join(folder, 'roots-and-plumbline-ca.pem');
    const lines = [...roots.value.ca, caPem].map((pem) => pem.trimEnd());
    await writeFile(bundle, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' });
    if (owner !== null) for (const each of [bundle, folder]) await chown(each, owner.uid, owner.gid);
    for (const name of [...bundleVariables, ...extraVariables]) env[name] = bundle;
    return succeed({ env, remove: () => rm(folder, { recursive: true, force: true }) });
  } catch (error) {
    return fail(
      'file-unwritable',
      `No file for the program's trusted roots can be made (${reasonOf(error)}).`,
    );
  }
}
