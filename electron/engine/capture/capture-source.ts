import type { CaptureOptions } from '../../../core/contract/capture.ts';
import { fail, type Result } from '../../../core/model/result.ts';
import type { CaptureStream } from './capture-stream.ts';
import { dumpcapCommand } from './dumpcap-source.ts';
import { findHelper, type HelperPlaces } from './helper.ts';
import { interfaceCommand, tcpdumpCommand, type Wanted } from './interface-source.ts';
import { containerPid, processCommand } from './namespace-source.ts';
import { findDumpcap } from './setup-windows.ts';
import { sshCommand } from './ssh-source.ts';
import { startSource, type SourceCommand } from './source-process.ts';

/** What of this machine sources are made with. */
export interface CaptureTools {
  readonly helpers: HelperPlaces;
  /** ssh, with options of a test. */
  readonly ssh: readonly [program: string, ...args: string[]];
}

export const ssh: CaptureTools['ssh'] = ['ssh'];

/**
 * Opens a source; runs in any thread. pcap goes to `onBytes` from its first byte, which may come before this resolves. `giveUp` ends the
 * attempt, not the stream. Failures:
 * `no-permission`, `no-such-interface`, `bad-filter`, `no-tcpdump`, `cannot-capture`.
 */
export async function openCaptureSource(
  tools: CaptureTools,
  options: CaptureOptions,
  onBytes: (chunk: Uint8Array) => void,
  giveUp: AbortSignal,
): Promise<Result<CaptureStream>> {
  const command = await commandFor(tools, options);
  return command.ok ? startSource(command.value, options, onBytes, giveUp) : command;
}

async function commandFor(tools: CaptureTools, options: CaptureOptions): Promise<Result<SourceCommand>> {
  const { source, filter, snapBytes } = options;
  const wanted: Wanted = { name: source.name, filter, snapBytes };
  switch (source.kind) {
    case 'interface':
      return interfaceOf(tools, wanted);
    case 'ssh':
      return sshCommand(tools.ssh, source.host, wanted);
    case 'process':
      return processOf(tools, source.pid, wanted);
    case 'container': {
      const pid = await containerPid(source.container);
      return pid.ok ? processOf(tools, pid.value, wanted) : pid;
    }
    default:
      return source satisfies never;
  }
}

async function interfaceOf({ helpers }: CaptureTools, wanted: Wanted): Promise<Result<SourceCommand>> {
  switch (process.platform) {
    case 'darwin':
      return tcpdumpCommand(wanted);
    case 'win32': {
      const dumpcap = findDumpcap(process.env);
      return dumpcap === null ? notInstalled() : dumpcapCommand(dumpcap, wanted);
    }
    default: {
      const helper = await findHelper(helpers);
      return helper?.allowed === true ? interfaceCommand(helper.path, wanted) : notInstalled();
    }
  }
}

async function processOf(
  { helpers }: CaptureTools,
  pid: number,
  wanted: Wanted,
): Promise<Result<SourceCommand>> {
  if (process.platform !== 'linux') {
    return fail(
      'cannot-capture',
      'Only on Linux a process can have a network of its own. Choose an interface.',
    );
  }
  const helper = await findHelper(helpers);
  return helper?.allowed === true ? processCommand(helper.path, pid, wanted) : notInstalled();
}

function notInstalled(): Result<never> {
  return fail(
    'no-permission',
    'Packets may not be captured by this user yet. Install the helper once: plumbline capture install',
  );
}
