/**
 * Bundles the sources into dist/. Every file on the Node side is whole in itself, and the sandboxed preload is the one
 * file it must be, but for the entries that are split: what they import when it is needed is a file of its own beside
 * them, so that `import.meta.url` always lies in the same folder.
 * Compiles the helpers in native/ too (native.ts).
 *
 * `--force` builds what is up to date too, `--node-only` leaves the renderer alone, `--existing` passes over
 * entries whose source is not there.
 */
import react from '@vitejs/plugin-react';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';
import { hashOf, outdated, remember, type Part } from './freshness.mjs';
import { buildNative } from './native.ts';
import { root } from './setup.mjs';

interface Entry {
  readonly source: string;
  readonly output: string;
  readonly format: 'es' | 'cjs';
  /** What it does not need at once it loads when it does: half of the time that a command takes to start. */
  readonly isSplit?: boolean;
}

/** The Node side. One folder below dist/ each, so `../engine/writer-worker.js` means the same in all of them. */
const entries: readonly Entry[] = [
  { source: 'electron/engine/process.ts', output: 'dist/engine/process.js', format: 'es' },
  {
    source: 'electron/engine/session/writer-worker.ts',
    output: 'dist/engine/writer-worker.js',
    format: 'es',
  },
  {
    source: 'electron/engine/session/reader-worker.ts',
    output: 'dist/engine/reader-worker.js',
    format: 'es',
  },
  {
    source: 'electron/engine/transfer/transfer-worker.ts',
    output: 'dist/engine/transfer-worker.js',
    format: 'es',
    isSplit: true,
  },
  {
    source: 'electron/engine/session/indexer-worker.ts',
    output: 'dist/engine/indexer-worker.js',
    format: 'es',
  },
  {
    source: 'electron/engine/proxy/upstream/pac/pac-worker.ts',
    output: 'dist/engine/pac-worker.js',
    format: 'es',
  },
  {
    source: 'electron/engine/system/finder-worker.ts',
    output: 'dist/engine/finder-worker.js',
    format: 'es',
  },
  { source: 'dissection/main.ts', output: 'dist/dissection/main.js', format: 'es' },
  {
    source: 'electron/engine/packets/reading/packet-reader-worker.ts',
    output: 'dist/engine/packet-reader-worker.js',
    format: 'es',
  },
  {
    source: 'electron/engine/capture/capture-worker.ts',
    output: 'dist/engine/capture-worker.js',
    format: 'es',
  },
  { source: 'electron/cli/cli.ts', output: 'dist/cli/cli.js', format: 'es', isSplit: true },
  { source: 'electron/main/main.ts', output: 'dist/main/main.js', format: 'es' },
  { source: 'electron/preload/preload.ts', output: 'dist/preload/preload.cjs', format: 'cjs' },
];

/**
 * Not bundled: `electron` is the runtime, `better-sqlite3` loads a native addon and `quickjs-wasi` its WebAssembly from
 * their own folders, and the other two are accelerators that `ws` tries to load and does without.
 */
const external = ['electron', 'better-sqlite3', 'quickjs-wasi', 'bufferutil', 'utf-8-validate'];

const rendererPage = 'renderer/index.html';

/** Node 20.18 is inside the Electron that the tests run on, Chromium 130 too. */
const nodeTarget = 'node20.18';
const rendererTarget = 'es2022';

const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => !['--force', '--node-only', '--existing'].includes(flag));
if (unknown.length > 0) {
  process.stderr.write(
    `bundle.ts does not know ${unknown.join(' ')}; it takes --force, --node-only and --existing.\n`,
  );
  process.exit(2);
}

const wanted: readonly Part[] = flags.includes('--node-only')
  ? ['node', 'native']
  : ['node', 'native', 'renderer'];
const parts = flags.includes('--force') ? wanted : outdated(root).filter((part) => wanted.includes(part));
if (parts.length === 0) process.stdout.write('dist is up to date\n');
try {
  for (const part of parts) await buildPart(part);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function buildPart(part: Part): Promise<void> {
  const started = performance.now();
  const inputs = hashOf(root, part);
  const outputs = await outputsOf(part);
  remember(root, part, { inputs, outputs });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (outputs.length > 0) process.stdout.write(`built ${outputs.join(' ')} in ${seconds} s\n`);
}

function outputsOf(part: Part): Promise<string[]> | string[] {
  switch (part) {
    case 'node':
      return buildNodeSide();
    case 'native':
      return buildNative(root);
    case 'renderer':
      return buildRenderer();
    default:
      return part satisfies never;
  }
}

async function buildNodeSide(): Promise<string[]> {
  const present = entries.filter((entry) => isPresent(entry.source));
  const made = await Promise.all(present.map(buildEntry));
  return made.flat();
}

async function buildEntry(entry: Entry): Promise<string[]> {
  const folder = path.dirname(entry.output);
  if (entry.isSplit) removeChunks(entry.output);
  const built = await build(nodeConfig(entry));
  if (!('output' in built)) throw new Error(`${entry.source} was not built once.`);
  const chunks = built.output.filter(({ type }) => type === 'chunk');
  return chunks.map(({ fileName }) => `${folder}/${fileName}`);
}

/** Those of an earlier build. */
function removeChunks(output: string): void {
  const folder = path.join(root, path.dirname(output));
  // Some names have a number behind that of the entry, and some a dot of their own.
  const chunk = new RegExp(`^${path.basename(output, '.js')}\\d*\\..+\\.js(?:\\.map)?$`);
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) if (chunk.test(file)) rmSync(path.join(folder, file));
}

async function buildRenderer(): Promise<string[]> {
  if (!isPresent(rendererPage)) return [];
  await build(rendererConfig());
  return ['dist/renderer/index.html'];
}

function isPresent(source: string): boolean {
  if (existsSync(path.join(root, source))) return true;
  if (!flags.includes('--existing'))
    throw new Error(`${source} is listed in build/bundle.ts but is not there.`);
  process.stdout.write(`not there yet: ${source}\n`);
  return false;
}

function nodeConfig({ source, output, format, isSplit = false }: Entry): InlineConfig {
  const name = path.basename(output);
  return {
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [onlyDeclaredExternals(source)],
    ssr: { noExternal: true, external, target: 'node' },
    build: {
      ssr: source,
      outDir: path.dirname(output),
      emptyOutDir: false,
      target: nodeTarget,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        external,
        output: {
          format,
          codeSplitting: isSplit,
          entryFileNames: name,
          chunkFileNames: `${name.replace(/\.js$/, '')}.[name].js`,
        },
      },
    },
  };
}

function rendererConfig(): InlineConfig {
  return {
    root: path.join(root, 'renderer'),
    configFile: false,
    // Relative addresses: the page is served by the web host under any path, and from a folder in the desktop app.
    base: './',
    logLevel: 'warn',
    plugins: [react(), preloadOf('app/draw-window.tsx')],
    build: {
      outDir: path.join(root, 'dist/renderer'),
      emptyOutDir: true,
      target: rendererTarget,
      sourcemap: true,
      // The content security policy of the window allows no data: scripts and no inline ones.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
    },
  };
}

/** Has the page fetch a script that another one imports later, and what that needs, from the beginning. */
function preloadOf(source: string): Plugin {
  return {
    name: 'preload-of',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((each) => each.type === 'chunk');
        const chunk = chunks.find((each) => each.facadeModuleId?.endsWith(`/renderer/${source}`));
        if (chunk === undefined) throw new Error(`${source} is no script of its own.`);
        const styles = [...(chunk.viteMetadata?.importedCss ?? [])];
        return [
          { tag: 'link', attrs: { rel: 'modulepreload', href: `./${chunk.fileName}` }, injectTo: 'head' },
          ...styles.map((href) => ({
            // Before the theme, whose rules have the last word.
            ...{
              tag: 'link',
              attrs: { rel: 'stylesheet', href: `./${href}` },
              injectTo: 'head-prepend' as const,
            },
          })),
        ];
      },
    },
  };
}

/** Fails the build when something else than a Node builtin or a declared external would be looked up at run time. */
function onlyDeclaredExternals(source: string): Plugin {
  return {
    name: 'only-declared-externals',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const strays = [...chunk.imports, ...chunk.dynamicImports].filter(
          (name) => !isBuiltin(name) && !external.includes(name) && !(name in bundle),
        );
        if (strays.length > 0) this.error(`${source} would need ${strays.join(', ')} beside its bundle.`);
      }
    },
  };
}
