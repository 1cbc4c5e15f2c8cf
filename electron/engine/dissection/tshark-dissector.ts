import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { indexFields } from '../../../core/packets/filter/fields.ts';
import { fail, succeed, type Failed, type Result } from '../../../core/model/result.ts';
import { captureBytesMax, type CaptureToDissect, type DecodeAsRule, type Dissector } from './dissector.ts';
import { sourcesOfHex, treeOfPdml } from './pdml.ts';

const outputBytesMax = 64 * 1024 * 1024;
const questionMs = 15_000;
const captureMs = 120_000;

/** Where an installed Wireshark has it when it is not in the search path. */
const elsewhere: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: '/Applications/Wireshark.app/Contents/MacOS/tshark',
  win32: 'C:\\Program Files\\Wireshark\\tshark.exe',
};

/** A pcap file without packets. */
const emptyCapture = Uint8Array.of(
  0xd4,
  0xc3,
  0xb2,
  0xa1,
  2,
  0,
  4,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  4,
  0,
  1,
  0,
  0,
  0,
);

/**
 * An installed tshark, started for every question. Captures go through a file of the person's own (mode 0600) that is gone when the answer is
 * there. `command`: its path, or nothing to look for it.
 */
export function createTsharkDissector(command?: string): Dissector {
  return new TsharkDissector(command);
}

class TsharkDissector implements Dissector {
  #commands: readonly string[];
  #name: string | null = null;
  #protocols: readonly string[] | null = null;
  readonly #stop = new AbortController();

  constructor(command: string | undefined) {
    const other = elsewhere[process.platform];
    this.#commands = command === undefined ? ['tshark', ...(other === undefined ? [] : [other])] : [command];
  }

  up = async (): Promise<Result<string>> => {
    if (this.#name !== null) return succeed(this.#name);
    for (const command of this.#commands) {
      const printed = await this.#run(['--version'], questionMs, undefined, command);
      const version = printed.ok ? /^TShark \(Wireshark\) (\S+?)\.? /.exec(printed.value)?.[1] : undefined;
      if (version === undefined) continue;
      this.#commands = [command];
      this.#name = `tshark ${version}`;
      return succeed(this.#name);
    }
    return missing;
  };

  tree: Dissector['tree'] = (capture, frame) =>
    this.#withFile(capture, async (file) => {
      const only = [...readArguments(file, capture), '-2', '-Y', `frame.number == ${Math.trunc(frame)}`];
      const [pdml, hex] = await Promise.all([
        this.#run([...only, '-T', 'pdml'], questionMs),
        this.#run([...only, '-x'], questionMs),
      ]);
      if (!pdml.ok) return pdml;
      if (!hex.ok) return hex;
      const sources = sourcesOfHex(hex.value);
      const tree = treeOfPdml(pdml.value, sources);
      if (tree.length === 0) return fail('no-such-frame', `There is no packet ${frame} in what was loaded.`);
      return succeed({ sources, tree });
    });

  filter: Dissector['filter'] = (capture, filter, signal) =>
    this.#withFile(capture, async (file) => {
      const fields = ['-2', '-Y', filter, '-T', 'fields', '-e', 'frame.number'];
      const printed = await this.#run([...readArguments(file, capture), ...fields], captureMs, signal);
      if (!printed.ok) return printed;
      return succeed(
        Uint32Array.from(
          printed.value.split('\n').filter((line) => line !== ''),
          Number,
        ),
      );
    });

  checkFilter: Dissector['checkFilter'] = async (filter) => {
    const answer = await this.filter({ key: '', bytes: emptyCapture, decodeAs: [] }, filter);
    if (answer.ok) return succeed(null);
    return answer.error.code === 'bad-filter' ? succeed(answer.error.message) : answer;
  };

  /** Those of the index: tshark would have to list all of its quarter of a million for every letter. */
  fields: Dissector['fields'] = (prefix, limit) =>
    Promise.resolve(succeed(indexFields(prefix).slice(0, limit)));

  protocols: Dissector['protocols'] = async () => {
    if (this.#protocols === null) {
      const printed = await this.#run(['-G', 'decodes'], questionMs);
      if (!printed.ok) return printed;
      const names = printed.value.split('\n').flatMap((line) => {
        const [table, , name] = line.split('\t');
        return (table === 'tcp.port' || table === 'udp.port') && name !== undefined ? [name] : [];
      });
      this.#protocols = [...new Set(names)].sort();
    }
    return succeed(this.#protocols);
  };

  close = (): void => this.#stop.abort();

  async #withFile<T>(
    capture: CaptureToDissect,
    work: (file: string) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    if (capture.bytes.byteLength > captureBytesMax)
      return fail('bad-capture', 'These packets are more than tshark is given at once (128 MiB).');
    const wrong = capture.decodeAs.find((rule) => !/^[\w.-]{1,60}$/.test(rule.protocol));
    if (wrong !== undefined) return fail('bad-rule', `There is no protocol called “${wrong.protocol}”.`);
    const up = await this.up();
    if (!up.ok) return up;
    const folder = await mkdtemp(path.join(tmpdir(), 'plumbline-dissect-'));
    try {
      const file = path.join(folder, 'packets');
      await writeFile(file, capture.bytes, { mode: 0o600 });
      return await work(file);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return fail('dissection-crashed', `The packets could not be handed to tshark: ${why}.`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #run(
    args: readonly string[],
    timeout: number,
    signal?: AbortSignal,
    command: string = this.#commands[0] ?? 'tshark',
  ): Promise<Result<string>> {
    const stop = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    return new Promise((resolve) => {
      execFile(
        command,
        [...args],
        {
          encoding: 'utf8',
          maxBuffer: outputBytesMax,
          timeout,
          killSignal: 'SIGKILL',
          windowsHide: true,
          signal: stop,
        },
        (error, stdout, stderr) => {
          if (error === null) resolve(succeed(stdout));
          else if (stop.aborted) resolve(stopped);
          else if (error.killed === true) resolve(slow(timeout));
          else resolve(failureOf(stderr, error.code));
        },
      );
    });
  }
}

const stopped = fail('dissection-stopped', 'The search in the packets was stopped.');
const missing = fail(
  'dissection-missing',
  'There is no tshark. Install Wireshark to have packets taken apart by it.',
);

function slow(limitMs: number): Failed {
  return fail(
    'dissection-slow',
    `tshark was stopped after ${Math.round(limitMs / 1000)} s without an answer.`,
  );
}

/** Its words come behind `tshark: `; a wrong filter or rule ends it with status 1, 2 or 4. */
function failureOf(stderr: string, code: string | number | null | undefined): Failed {
  if (code === 'ENOENT') return missing;
  const words = /^tshark: (.*)$/m.exec(stderr)?.[1] ?? `it ended with ${code ?? 'a signal'}`;
  if (words.startsWith('Unknown protocol')) return fail('bad-rule', words);
  if (/^The file |isn't a capture file/.test(words)) return fail('bad-capture', words);
  return code === 2 || code === 4
    ? fail('bad-filter', words)
    : fail('dissection-crashed', `tshark stopped: ${words}.`);
}

function readArguments(
  file: string,
  { decodeAs }: { readonly decodeAs: readonly DecodeAsRule[] },
): readonly string[] {
  const rules = decodeAs.flatMap(({ table, port, protocol }) => ['-d', `${table}==${port},${protocol}`]);
  return ['-n', '-r', file, ...rules];
}
