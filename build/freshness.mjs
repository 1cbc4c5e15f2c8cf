/**
 * Whether a part of dist/ still belongs to the sources it was made from: by content, because a fresh clone has no
 * times worth comparing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** @typedef {'node' | 'renderer' | 'native'} Part */

/** What each part is made from. @type {Readonly<Record<Part, readonly string[]>>} */
const inputs = {
  node: ['core', 'dissection', 'electron', 'build/bundle.ts', 'package-lock.json'],
  renderer: ['core', 'renderer', 'build/bundle.ts', 'package-lock.json'],
  native: ['native', 'build/native.ts'],
};

const recordFile = '.cache/build.json';

/**
 * The parts that must be built again.
 * @param {string} root
 * @returns {Part[]}
 */
export function outdated(root) {
  const record = readRecord(root);
  return /** @type {Part[]} */ (Object.keys(inputs)).filter((part) => {
    const made = record[part];
    if (made?.inputs !== hashOf(root, part)) return true;
    return !made.outputs.every((file) => existsSync(path.join(root, file)));
  });
}

/**
 * The hash to remember once `part` is built; take it before the build, so that an edit during it counts as newer.
 * @param {string} root
 * @param {Part} part
 */
export function hashOf(root, part) {
  const hash = createHash('sha256');
  // Installing a compiler or a library makes what was left out before.
  if (part === 'native') {
    const compiler = findCompiler();
    hash.update(`${compiler}\0${compiler !== null && hasHeader(compiler, 'sys/capability.h')}\0`);
  }
  for (const file of inputs[part].flatMap((input) => filesBelow(root, input))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * The C compiler for native/.
 * @returns {string | null} null where there is none, and where native/ is of no use
 */
export function findCompiler() {
  if (process.platform !== 'linux') return null;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const files = ['cc', 'gcc', 'clang'].flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return files.find((file) => existsSync(file)) ?? null;
}

/**
 * Whether the compiler finds this header.
 * @param {string} compiler
 * @param {string} header
 */
export function hasHeader(compiler, header) {
  const input = `#include <${header}>\n`;
  return spawnSync(compiler, ['-E', '-x', 'c', '-o', '/dev/null', '-'], { input }).status === 0;
}

/**
 * @param {string} root
 * @param {Part} part
 * @param {{ inputs: string, outputs: readonly string[] }} made
 */
export function remember(root, part, made) {
  const record = { ...readRecord(root), [part]: made };
  mkdirSync(path.join(root, path.dirname(recordFile)), { recursive: true });
  writeFileSync(path.join(root, recordFile), JSON.stringify(record, null, 2));
}

/**
 * @param {string} root
 * @returns {Partial<Record<Part, { inputs: string, outputs: string[] }>>}
 */
function readRecord(root) {
  try {
    return JSON.parse(readFileSync(path.join(root, recordFile), 'utf8'));
  } catch {
    return {};
  }
}

/**
 * @param {string} root
 * @param {string} input a file, or a folder with everything in it
 * @returns {string[]}
 */
function filesBelow(root, input) {
  const full = path.join(root, input);
  if (!existsSync(full)) return [];
  /** @type {import('node:fs').Dirent[]} */
  let entries;
  try {
    entries = readdirSync(full, { withFileTypes: true });
  } catch {
    return [input];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(root, `${input}/${entry.name}`) : [`${input}/${entry.name}`],
    );
}
