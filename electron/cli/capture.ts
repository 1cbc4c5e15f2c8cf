import type { CaptureAbility, CaptureInterfaceView } from '../../core/contract/capture.ts';
import { captureOptions } from '../../core/contract/capture.ts';
import { fileURLToPath } from 'node:url';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { createCaptureSetup } from '../engine/capture/capture-setup.ts';
import { checkFilter } from '../engine/capture/check-filter.ts';
import { helperPlaces } from '../engine/capture/helper.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session/session-api.ts';
import { dataDirOf, untilStopped, valueOrComplain, workers, type CommonOptions } from './common.ts';
import { print, printError, write } from './output.ts';
import { packetCounts, readSource, startPackets, type SourceOptions } from './packets-source.ts';

export interface CaptureCommandOptions extends CommonOptions, SourceOptions {
  readonly session?: string;
  readonly filter: string;
  readonly snaplen: number;
  readonly for?: number;
  readonly maxMb?: number;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** Captures into a session file until told to stop; one JSON line when packets can come, one when stopped. */
export async function capture(options: CaptureCommandOptions): Promise<void> {
  if (options.list === true) return listInterfaces(options.json === true);
  const source = valueOrComplain(readSource(options));
  if (source === null) return;
  const filter = valueOrComplain(await understood(options.filter));
  const opened = filter === null ? null : valueOrComplain(await openEngine(options));
  if (filter === null || opened === null) return;
  const { engine, session } = opened;
  const wanted = {
    ...{ source, filter, snapBytes: options.snaplen },
    ...{ maxBytes: (options.maxMb ?? 0) * 1_000_000, maxSeconds: options.for ?? 0 },
  };
  const packets = valueOrComplain(await startPackets(engine, captureOptions.parse(wanted)));
  if (packets === null) return engine.close();
  const stopped = untilStopped(null);
  print(JSON.stringify({ event: 'ready', ...packets.ready, session: session.path }));
  await Promise.race([stopped, packets.ended]);
  const state = await packets.stop();
  await session.flush();
  await engine.close();
  print(JSON.stringify({ event: 'stopped', ...packetCounts(state) }));
  if (state.problem !== null) {
    printError(state.problem);
    process.exitCode = 1;
  }
}

/** Failure: `bad-filter`. */
async function understood(filter: string): Promise<Result<string>> {
  const problem = await checkFilter(filter);
  return problem === null
    ? succeed(filter)
    : fail('bad-filter', `tcpdump does not understand the filter: ${problem}`);
}

/** Nothing listens. Failures: those of `createEngine` and of opening a session, `no-session`. */
async function openEngine(
  options: CaptureCommandOptions,
): Promise<Result<{ readonly engine: Engine; readonly session: Session }>> {
  if (options.session === undefined)
    return fail('no-session', 'Give the session file to write: --session FILE');
  const made = await createEngine({
    dataDir: dataDirOf(options),
    upstreamCaFiles: [],
    insecureHosts: [],
    passThroughHosts: [],
    workers,
    controlPorts: () => [],
  });
  if (!made.ok) return made;
  const engine = made.value;
  const opened = await engine.openSession({ path: options.session, mode: 'create-or-open' });
  const recorded = opened.ok ? await engine.recordInto(opened.value.id) : opened;
  if (!recorded.ok) {
    await engine.close();
    return recorded;
  }
  return succeed({ engine, session: recorded.value.session });
}

function setup(): ReturnType<typeof createCaptureSetup> {
  return createCaptureSetup(helperPlaces(fileURLToPath(workers.captureHelper)), process.stdin.isTTY);
}

async function listInterfaces(asJson: boolean): Promise<void> {
  const ability = await setup().ability();
  const rows = ability.interfaces.map((each) => (asJson ? JSON.stringify(each) : interfaceRow(each)));
  await write([...(asJson ? [] : [interfaceHead]), ...rows].map((row) => `${row}\n`).join(''));
  if (ability.state !== 'ready') sayWhatToDo(ability);
}

const interfaceHead = `${'name'.padEnd(16)} ${'state'.padEnd(5)} ${'kind'.padEnd(34)} addresses`;

function interfaceRow({ name, up, description, addresses }: CaptureInterfaceView): string {
  return `${name.padEnd(16)} ${(up ? 'up' : 'down').padEnd(5)} ${description.padEnd(34)} ${addresses.join(' ')}`.trimEnd();
}

function sayWhatToDo({ explanation, canInstall, steps }: CaptureAbility): void {
  const how = canInstall ? ' Install it: plumbline capture install' : '';
  printError(`${explanation}${how === '' && steps.length > 0 ? ` Type: ${steps.join(' && ')}` : how}`);
}

/** The system asks for the password, not we. */
export async function installCapture(): Promise<void> {
  const installed = valueOrComplain(await setup().install());
  if (installed !== null)
    printError('The helper is installed. Take it away with: plumbline capture uninstall');
}

export async function uninstallCapture(): Promise<void> {
  const removed = valueOrComplain(await setup().uninstall());
  if (removed !== null) printError('The helper is not installed any more.');
}
