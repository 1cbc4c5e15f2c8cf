import { succeed, type Result } from '../../core/model/result.ts';
import type { ClientProcess } from '../engine/system/client-process.ts';
import { programProcess } from '../engine/system/program-process.ts';
import { runRedirected } from '../engine/system/redirect.ts';
import { redirectHelper, valueOrComplain } from './common.ts';
import { printError } from './output.ts';
import { startRecorder, type Recorder, type RecorderOptions } from './recorder.ts';
import { makeRunEnvironment } from './run-environment.ts';
import { callingUser, runInCgroup, type Running } from './run-in-cgroup.ts';
import { troublePrinter, udpLines } from './transparent.ts';

export interface RunOptions extends RecorderOptions {
  readonly sameNetwork?: boolean;
}

/** How long connections of a program that has ended are waited for. */
const lastBytesMs = 1000;

/** Runs a program whose connections are recorded, whether or not it knows of proxies. The exit code is the program's. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<void> {
  const recorder = await startRecorder(options, { reverse: [], proxyAuth: null, anyDevice: false });
  if (recorder === null) return;
  const { engine, session, exchangeCount } = recorder;
  const owner = options.sameNetwork === true ? callingUser() : null;
  const environment = valueOrComplain(
    await makeRunEnvironment(engine.authority.certificatePem, options.upstreamCa, owner),
  );
  const passSignals = catchSignals();
  const running =
    environment === null
      ? null
      : valueOrComplain(
          options.sameNetwork === true
            ? await runInCgroup(program, args, environment.env, engine.redirected)
            : await runInOwnNetwork(recorder, program, args, environment.env),
        );
  if (running !== null) {
    passSignals(running);
    process.exitCode = await running.exitCode;
    const counts = await running.stop();
    await engine.redirected.idle(lastBytesMs);
    await engine.stopRecording();
    await session.flush();
    await engine.close();
    const exchanges = exchangeCount() === 1 ? '1 exchange' : `${exchangeCount()} exchanges`;
    printError([`${exchanges} recorded into ${session.path}.`, ...udpLines(counts)].join(' '));
  } else {
    await engine.close();
  }
  await environment?.remove();
}

async function runInOwnNetwork(
  { engine }: Recorder,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Result<Running>> {
  let isNamed: (found: ClientProcess | null) => void = () => undefined;
  const named = new Promise<ClientProcess | null>((resolve) => (isNamed = resolve));
  const started = await runRedirected({
    helperPath: redirectHelper,
    program,
    args,
    env,
    stdio: 'inherit',
    onTrouble: troublePrinter(),
    onConnection: (connection) => engine.redirected.serve(connection, { process: named, quicRefused: true }),
  });
  isNamed(started.ok ? programProcess(started.value.pid, program, args) : null);
  if (!started.ok) return started;
  const { exitCode, signal, udpCounts, stop } = started.value;
  return succeed({
    exitCode,
    signal,
    stop: async () => {
      const counts = await udpCounts();
      await stop();
      return counts;
    },
  });
}

/**
 * Ctrl-C reaches the program from the terminal itself; what a process sends to us is meant for it, once it runs. Gives
 * what tells whom.
 */
function catchSignals(): (running: Running) => void {
  let waiting: NodeJS.Signals | null = null;
  let send = (signal: NodeJS.Signals): void => {
    waiting = signal;
  };
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => send(signal));
  return ({ signal }) => {
    send = signal;
    if (waiting !== null) signal(waiting);
  };
}
