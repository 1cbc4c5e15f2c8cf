import { adbFailure, type AdbRun } from '../../../../core/devices/adb-failures.ts';
import { adbText } from '../../../../core/devices/adb-output.ts';
import { handSteps, installWay, pushedCertificate } from '../../../../core/devices/adb-steps.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import type { AdbTarget } from './adb-target.ts';
import { becomeRoot } from './device-root.ts';
import type { AdbCertificate, AdbSeen } from './device-view.ts';
import { scriptCertificate, scriptDone, scriptFile, scriptFolder, storeScript } from './store-script.ts';

const scriptTimeoutMs = 60_000;

/** What became of it in words, and what is left to do by hand. */
export interface CertificateDone {
  readonly said: string;
  readonly steps: readonly string[];
}

/** Among the authorities of the system where root can be had, else into the downloads. Failures: `cannot-install`, those of `becomeRoot`, `store-failed`, and those of adb. */
export async function installCertificate(
  target: AdbTarget,
  seen: AdbSeen,
  certificate: AdbCertificate,
): Promise<Result<CertificateDone>> {
  const { way, text } = installWay(seen.facts);
  switch (way) {
    case 'none':
      return fail('cannot-install', text);
    case 'by-hand':
      return handOver(target, seen, certificate);
    case 'system': {
      const done = await runStoreScript(target, seen, certificate, `install ${certificate.hash}`);
      if (!done.ok) return done;
      return succeed({
        said: 'The system trusts the certificate until the device restarts. Apps that run already may have to be started again. Chrome also wants certificates of the system’s authorities to be in public logs and may refuse ours: use another browser there.',
        steps: [],
      });
    }
    default:
      return way satisfies never;
  }
}

/** Failures: those of `becomeRoot`, `store-failed`, and those of adb. */
export async function removeCertificate(
  target: AdbTarget,
  seen: AdbSeen,
  certificate: AdbCertificate,
): Promise<Result<CertificateDone>> {
  const done = await runStoreScript(target, seen, certificate, 'remove');
  if (!done.ok) return done;
  return succeed({ said: 'The system does not trust the certificate any more.', steps: [] });
}

async function handOver(
  target: AdbTarget,
  seen: AdbSeen,
  { pem, caName }: AdbCertificate,
): Promise<Result<CertificateDone>> {
  const pushed = await target.push(pem, pushedCertificate);
  if (!pushed.ok) return pushed;
  const open = ['shell', 'am', 'start', '-a', 'android.settings.SECURITY_SETTINGS'];
  const opened = await target.ask('opened its settings', open);
  return succeed({
    said: opened.ok
      ? 'The certificate is in the device’s downloads, and its settings are open. Go on there:'
      : 'The certificate is in the device’s downloads, but its settings did not open. Open them and go on there:',
    steps: handSteps(seen.facts, caName),
  });
}

async function runStoreScript(
  target: AdbTarget,
  seen: AdbSeen,
  certificate: AdbCertificate,
  words: string,
): Promise<Result<unknown>> {
  const root = await becomeRoot(target, seen);
  if (!root.ok) return root;
  const made = await target.ask('made a folder', ['shell', `mkdir -p ${scriptFolder}`]);
  if (!made.ok) return made;
  for (const [text, file] of [
    [certificate.pem, scriptCertificate],
    [storeScript, scriptFile],
  ] as const) {
    const pushed = await target.push(text, file);
    if (!pushed.ok) return pushed;
  }
  const ran = await target.run(root.value(`sh ${scriptFile} ${words}`), scriptTimeoutMs);
  await target.run(root.value(`rm -rf ${scriptFolder}`));
  return isDone(ran) ? succeed(null) : scriptFailure(ran);
}

/** By what the script says: the exit code of the older Androids' shell is always 0. */
function isDone({ stdout }: AdbRun): boolean {
  return stdout.split(/\r?\n/).includes(scriptDone);
}

function scriptFailure(run: AdbRun): Result<never> {
  const said = adbText(/^plumbline: (.*)$/m.exec(run.stdout)?.[1] ?? '');
  if (said === null) return adbFailure(run, 'changed the authorities of the system');
  return fail('store-failed', `The authorities of the system stay as they are: ${said}`);
}
