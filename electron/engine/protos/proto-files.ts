import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { AnyNestedObject, Root } from 'protobufjs';
import type { ProtoMessage } from '../../../core/decoders/protobuf-names.ts';
import type { ProtoProblem } from '../session/answers.ts';
import { messageOf } from './proto-types.ts';

/** The `.proto` files that a person gave, read once. */
export interface ProtoFiles {
  readonly files: number;
  readonly services: number;
  /** What could not be read, a sentence for each file. */
  readonly problems: readonly ProtoProblem[];
  /** Type of the messages that one side of a call of this method sends; null: no file has the method. */
  readonly typeOf: (
    service: string,
    method: string,
    side: 'request' | 'response',
  ) => { readonly name: string; readonly message: ProtoMessage } | null;
}

const filesMax = 2000;
const fileBytesMax = 1_048_576;
const totalBytesMax = 33_554_432;
const foldersMax = 2000;
const depthMax = 12;
const problemsMax = 100;

interface Found {
  readonly file: string;
  /** What imports are looked up from. */
  readonly root: string;
}

/**
 * Reads files and folders. A folder is a root that imports are looked up from, and so is the folder of a file.
 * Imported files need not be listed. At most 2,000 files of 1 MiB each and 32 MiB in all; a file that cannot be read
 * costs what it defines.
 */
export async function readProtoFiles(paths: readonly string[]): Promise<ProtoFiles> {
  const { default: protobuf } = await import('protobufjs');
  const root = new protobuf.Root();
  const problems: ProtoProblem[] = [];
  const complain = (file: string, message: string): void => {
    if (problems.length < problemsMax) problems.push({ path: file, message });
  };
  const waiting: Found[] = [];
  for (const each of paths) await find(each, waiting, complain);
  const roots = [...new Set(waiting.map((found) => found.root))];
  const done = new Set<string>();
  let files = 0;
  let totalBytes = 0;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { file } = next;
    if (done.has(file)) continue;
    done.add(file);
    if (files >= filesMax) {
      complain(file, `More than ${filesMax.toLocaleString('en')} files are not read.`);
      break;
    }
    const source = await readSource(file, complain);
    if (source === null) continue;
    totalBytes += source.length;
    if (totalBytes > totalBytesMax) {
      complain(file, 'More than 32 MiB of files are not read.');
      break;
    }
    files += 1;
    try {
      const parsed = protobuf.parse(source, root, { keepCase: true });
      for (const name of parsed.imports ?? []) {
        if (addCommon(root, protobuf.common.get(name), name, done)) continue;
        const imported = await locate(name, [path.dirname(file), ...roots]);
        if (imported === null)
          complain(file, `It imports ${name.slice(0, 200)}, which is in none of the folders.`);
        else waiting.push({ file: imported, root: path.dirname(imported) });
      }
    } catch (error) {
      complain(file, parseSentence(error));
    }
  }
  return {
    files,
    services: countServices(root.toJSON()),
    problems,
    typeOf: (service, method, side) => {
      try {
        const found = root.lookupService(service);
        if (!Object.hasOwn(found.methods, method)) return null;
        const { requestType = '', responseType = '' } = found.methods[method] ?? {};
        const type = found.lookupType(side === 'request' ? requestType : responseType);
        return { name: type.fullName.replace(/^\./, ''), message: messageOf(type) };
      } catch {
        return null;
      }
    },
  };
}

type Complain = (file: string, message: string) => void;

async function find(given: string, into: Found[], complain: Complain): Promise<void> {
  const start = path.resolve(given);
  const isFolder = await stat(start).then(
    (found) => found.isDirectory(),
    () => null,
  );
  if (isFolder === null) return complain(given, 'There is no such file or folder.');
  if (!isFolder) return void into.push({ file: start, root: path.dirname(start) });
  const folders: [folder: string, depth: number][] = [[start, 0]];
  const before = into.length;
  for (let seen = 0; folders.length > 0 && seen < foldersMax && into.length < filesMax; seen += 1) {
    const [folder, depth] = folders.shift() as [string, number];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const full = path.join(folder, entry.name);
      // Links are not followed: they may go round in a circle.
      if (entry.isDirectory() && depth < depthMax && !entry.name.startsWith('.'))
        folders.push([full, depth + 1]);
      else if (entry.isFile() && entry.name.endsWith('.proto')) into.push({ file: full, root: start });
    }
  }
  if (into.length === before) complain(given, 'There is no .proto file in this folder.');
}

async function readSource(file: string, complain: Complain): Promise<string | null> {
  try {
    const { size } = await stat(file);
    if (size > fileBytesMax) {
      complain(file, 'It is larger than 1 MiB and is not read.');
      return null;
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    complain(
      file,
      `It cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'}).`,
    );
    return null;
  }
}

/** The file that an import names, below one of the roots and not outside of it. */
async function locate(name: string, roots: readonly string[]): Promise<string | null> {
  for (const root of roots.slice(0, 200)) {
    const file = path.resolve(root, name);
    if (!file.startsWith(root + path.sep)) continue;
    const isFile = await stat(file).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) return file;
  }
  return null;
}

/** Files that come with every compiler, such as google/protobuf/timestamp.proto. */
function addCommon(
  root: Root,
  common: { readonly nested?: Parameters<Root['addJSON']>[0] } | null,
  name: string,
  done: Set<string>,
): boolean {
  if (common?.nested === undefined) return false;
  if (!done.has(name)) root.addJSON(common.nested);
  done.add(name);
  return true;
}

function parseSentence(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  return `It is not a .proto file that can be read: ${text.slice(0, 200)}.`;
}

function countServices(tree: AnyNestedObject): number {
  const nested = 'nested' in tree ? Object.values(tree.nested ?? {}) : [];
  return ('methods' in tree ? 1 : 0) + nested.reduce((sum, each) => sum + countServices(each), 0);
}
