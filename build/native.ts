/**
 * Compiles the helpers in native/, one program a folder, with the C compiler of this machine. They are for Linux. Where
 * no compiler is, nothing is built, and the program says so when somebody asks for what needs a helper.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { findCompiler, hasHeader } from './freshness.mjs';

const flags = [
  '-std=c11',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Wshadow',
  '-Wformat=2',
  '-Wconversion',
  '-Wno-sign-conversion',
  '-Werror',
];

interface Library {
  readonly header: string;
  readonly flag: string;
  /** What is missing without it, and how to get it. */
  readonly without: string;
}

/** What a helper links besides libc. */
const libraries: Readonly<Record<string, Library>> = {
  'plumbline-capture': {
    header: 'sys/capability.h',
    flag: '-lcap',
    without:
      'no libcap here, so capturing packets stays out (Debian, Ubuntu: sudo apt install libcap-dev; Fedora: sudo dnf install libcap-devel)',
  },
};

/** Gives the programs it made, relative to `root`. Throws a sentence for a person when a compiler refuses one. */
export function buildNative(root: string): string[] {
  const compiler = findCompiler();
  if (compiler === null) {
    if (process.platform === 'linux') {
      process.stdout.write(
        'no C compiler here, so redirecting connections stays out (Debian, Ubuntu: sudo apt install gcc libc6-dev)\n',
      );
    }
    return [];
  }
  mkdirSync(path.join(root, 'dist/native'), { recursive: true });
  const programs = readdirSync(path.join(root, 'native'), { withFileTypes: true });
  return programs
    .filter((each) => each.isDirectory() && hasLibrary(compiler, each.name))
    .map(({ name }) => compile(root, compiler, name));
}

function hasLibrary(compiler: string, name: string): boolean {
  const library = libraries[name];
  if (library === undefined || hasHeader(compiler, library.header)) return true;
  process.stdout.write(`${library.without}\n`);
  return false;
}

function compile(root: string, compiler: string, name: string): string {
  const folder = path.join(root, 'native', name);
  const sources = readdirSync(folder).filter((file) => file.endsWith('.c'));
  const output = `dist/native/${name}`;
  const { status, stderr, error } = spawnSync(
    compiler,
    [
      ...flags,
      '-o',
      path.join(root, output),
      ...sources.map((file) => path.join(folder, file)),
      ...(libraries[name] === undefined ? [] : [libraries[name].flag]),
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${compiler} cannot compile ${name}:\n${error?.message ?? stderr}`);
  // A helper that others may write to is not trusted, whatever the umask here.
  chmodSync(path.join(root, output), 0o755);
  return output;
}
