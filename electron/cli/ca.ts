import { open, readFile } from 'node:fs/promises';
import type { AuthorityFormat, AuthorityKeyKind, AuthorityState } from '../../core/contract/authority.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import {
  authorityState,
  createAuthorityKeeper,
  exportAuthority,
  type AuthorityKeeper,
} from '../engine/certificates/authority-keeper.ts';
import { loadOrCreateAuthority, type Authority } from '../engine/certificates/authority.ts';
import { reasonOf } from '../engine/certificates/file-errors.ts';
import { dataDirOf, valueOrComplain, type CommonOptions } from './common.ts';
import { print, write } from './output.ts';

export interface CaExportOptions extends CommonOptions {
  readonly format: AuthorityFormat;
  readonly out?: string;
  readonly passwordFile?: string;
}

export interface CaImportOptions extends CommonOptions {
  readonly passwordFile?: string;
}

/** Prints what the CA in use is, and the ones before it. */
export async function showCa(options: CommonOptions): Promise<void> {
  await withKeeper(options, async (keeper, dataDir) => {
    printState(await authorityState(dataDir, keeper.current()));
    return succeed(null);
  });
}

/** Writes the certificate, or the key with it, to a file (0600, never over another one) or to standard output. */
export async function exportCa(options: CaExportOptions): Promise<void> {
  await withKeeper(options, async (keeper) => {
    const password = await readPassword(options.passwordFile);
    if (!password.ok) return password;
    const exported = exportAuthority(keeper.current(), options.format, password.value);
    if (!exported.ok) {
      return exported.error.code === 'password-needed'
        ? fail('password-needed', `${exported.error.message} Name a file that holds it with --password-file.`)
        : exported;
    }
    const { bytes } = exported.value;
    if (options.out === undefined) {
      await write(bytes);
      return succeed(null);
    }
    const written = await writeNew(options.out, bytes);
    if (written.ok) print(`Written to ${options.out}.`);
    return written;
  });
}

/** Takes a CA of one's own in the place of the present one, which is kept. */
export function importCa(certificateFile: string, keyFile: string, options: CaImportOptions): Promise<void> {
  return changeCa(options, async (keeper) => {
    const [certificatePem, keyPem] = [await readText(certificateFile), await readText(keyFile)];
    if (!certificatePem.ok) return certificatePem;
    if (!keyPem.ok) return keyPem;
    const password = await readPassword(options.passwordFile);
    if (!password.ok) return password;
    return keeper.importOwn({
      certificatePem: certificatePem.value,
      keyPem: keyPem.value,
      password: password.value,
    });
  });
}

export function rotateCa(keyKind: AuthorityKeyKind, options: CommonOptions): Promise<void> {
  return changeCa(options, (keeper) => keeper.rotate(keyKind));
}

export function restoreCa(number: number, options: CommonOptions): Promise<void> {
  return changeCa(options, (keeper) => keeper.restore(number));
}

async function changeCa(
  options: CommonOptions,
  change: (keeper: AuthorityKeeper) => Promise<Result<Authority>>,
): Promise<void> {
  await withKeeper(options, async (keeper, dataDir) => {
    const before = keeper.current().fingerprintSha256;
    const changed = await change(keeper);
    if (!changed.ok) return changed;
    printState(await authorityState(dataDir, changed.value));
    print('');
    print(`What trusted the CA before (SHA-256 ${before}) must trust this one now.`);
    return succeed(null);
  });
}

async function withKeeper(
  options: CommonOptions,
  use: (keeper: AuthorityKeeper, dataDir: string) => Promise<Result<unknown>>,
): Promise<void> {
  const dataDir = dataDirOf(options);
  const authority = valueOrComplain(await loadOrCreateAuthority(dataDir));
  if (authority === null) return;
  const keeper = createAuthorityKeeper(dataDir, authority);
  try {
    valueOrComplain(await use(keeper, dataDir));
  } finally {
    keeper.close();
  }
}

function printState(state: AuthorityState): void {
  const { subject, keyKind, madeHere, certificatePath, fingerprintSha256, notBefore, notAfter } = state;
  print(`Subject      ${subject}`);
  print(`Key          ${keyKind === 'rsa' ? 'RSA' : 'EC'}, ${madeHere ? 'made here' : 'imported'}`);
  print(`SHA-256      ${fingerprintSha256}`);
  print(`Valid        ${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}`);
  print(`Certificate  ${certificatePath}`);
  for (const notice of state.notices) print(`Note         ${notice}`);
  for (const { number, subject: old, fingerprintSha256: mark } of state.backups) {
    print(`Before (${number})   ${old}, SHA-256 ${mark}`);
  }
}

/** The first line of the file; null without a file. */
async function readPassword(file: string | undefined): Promise<Result<string | null>> {
  if (file === undefined) return succeed(null);
  const text = await readText(file);
  return text.ok ? succeed(text.value.split(/\r?\n/, 1)[0] ?? '') : text;
}

async function readText(file: string): Promise<Result<string>> {
  try {
    return succeed(await readFile(file, 'utf8'));
  } catch (error) {
    return fail('file-unreadable', `${file} cannot be read (${reasonOf(error)}).`);
  }
}

async function writeNew(path: string, bytes: Uint8Array): Promise<Result<null>> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    return succeed(null);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    return fail(
      'file-unwritable',
      exists
        ? `${path} is there already. Choose another name.`
        : `${path} cannot be written (${reasonOf(error)}).`,
    );
  }
}
