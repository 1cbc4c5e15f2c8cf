import type { AdbDevice } from '../../../../core/contract/adb.ts';
import { adbFactsCommand, readAdbFacts, type AdbFacts } from '../../../../core/devices/adb-facts.ts';
import { adbFailure, adbStateWords } from '../../../../core/devices/adb-failures.ts';
import { readAdbReverse, type AdbListed } from '../../../../core/devices/adb-output.ts';
import { installWay } from '../../../../core/devices/adb-steps.ts';
import { succeed, type Result } from '../../../../core/model/result.ts';
import type { AdbTarget } from './adb-target.ts';

/** The certificate as a device knows it. */
export interface AdbCertificate {
  readonly pem: string;
  readonly caName: string;
  /** Of the file, hexadecimal digits. */
  readonly sha256: string;
  /** As in `subjectHash`. */
  readonly hash: string;
}

/** What a device answered, and whether the port of its proxy leads to the same one of this computer. */
export interface AdbSeen {
  readonly facts: AdbFacts;
  readonly isForwarded: boolean;
}

/** Where a device's own address for the proxy is: its loopback, from where adb carries connections here. */
export const deviceProxyHost = '127.0.0.1';

const factsTimeoutMs = 8_000;

/** Asks the device for all that is shown of it. */
export async function lookAtDevice(target: AdbTarget, certificate: AdbCertificate): Promise<Result<AdbSeen>> {
  const answer = await target.run(['shell', adbFactsCommand(certificate.hash)], factsTimeoutMs);
  // The exit code is that of its last question only, which may well have no answer.
  if (answer.end !== 'exit' || !answer.stdout.includes('release=')) {
    return adbFailure(answer, 'said what it is');
  }
  const facts = readAdbFacts(answer.stdout, certificate.sha256);
  if (facts.proxy?.host !== deviceProxyHost) return succeed({ facts, isForwarded: false });
  const forwards = await target.run(['reverse', '--list']);
  return succeed({ facts, isForwarded: readAdbReverse(forwards.stdout).has(facts.proxy.port) });
}

/** `port`: where the proxy listens; null while it does not. */
export function deviceView(listed: AdbListed, seen: Result<AdbSeen> | null, port: number | null): AdbDevice {
  const { serial, connection, model, state } = listed;
  if (seen?.ok !== true) {
    const stateProblem = state === 'ready' ? null : adbStateWords[state];
    return {
      ...{ serial, connection, name: model ?? serial, android: null, sdk: null },
      problem: seen?.error.message ?? stateProblem,
      ...{ proxy: 'none', proxyAddress: null, root: null },
      ...{ install: 'none', installText: '', hasCertificate: false },
    };
  }
  const { facts } = seen.value;
  const { way, text } = installWay(facts);
  return {
    serial,
    name: facts.model ?? model ?? serial,
    connection: facts.isEmulator ? 'emulator' : connection,
    problem: null,
    android: facts.android,
    sdk: facts.sdk,
    proxy: proxyState(seen.value, port),
    proxyAddress: facts.proxy === null ? null : `${facts.proxy.host}:${facts.proxy.port}`,
    root: facts.root,
    install: way,
    installText: text,
    hasCertificate: facts.hasCertificate,
  };
}

export function proxyState({ facts, isForwarded }: AdbSeen, port: number | null): AdbDevice['proxy'] {
  if (facts.proxy === null) return 'none';
  if (facts.proxy.host !== deviceProxyHost) return 'other';
  return isForwarded && facts.proxy.port === port ? 'ours' : 'cut';
}
