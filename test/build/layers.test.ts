import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../build/setup.mjs';

/**
 * A small house in which every layer rule of .dependency-cruiser.cjs is broken once, by exactly the file named here.
 * Beside them stand imports that look alike and are allowed.
 */
const broken: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['core-is-pure', 'core/model/reads-file.ts', 'node:fs'],
  ['core-is-pure', 'core/model/uses-package.ts', 'commander'],
  ['core-is-pure', 'core/model/asks-engine.ts', '../../electron/engine/process.ts'],
  ['electron-not-renderer', 'electron/engine/asks-window.ts', '../../renderer/state/rows.ts'],
  ['renderer-not-electron', 'renderer/state/asks-engine.ts', '../../electron/cli/cli.ts'],
  ['dissection-stands-alone', 'dissection/uses-noun.ts', '../core/model/noun.ts'],
  ['dissection-stands-alone', 'dissection/uses-package.ts', 'commander'],
  ['nobody-imports-dissection', 'electron/engine/imports-dissection.ts', '../../dissection/main.ts'],
  ['nobody-imports-dissection', 'core/model/imports-dissection.ts', '../../dissection/main.ts'],
  ['shell-not-engine', 'electron/main/asks-engine.ts', '../engine/process.ts'],
  ['shell-not-engine', 'electron/preload/asks-cli.ts', '../cli/cli.ts'],
  ['shell-knows-contract-only', 'electron/main/asks-model.ts', '../../core/model/noun.ts'],
  ['engine-stands-alone', 'electron/engine/asks-shell.ts', '../main/main.ts'],
  ['cli-not-shell', 'electron/cli/asks-shell.ts', '../main/main.ts'],
  ['electron-in-shell-only', 'electron/engine/uses-electron.ts', 'electron'],
  ['no-observers-imports-another', 'core/observers/http2.ts', './http1.ts'],
  ['no-diagnosis-imports-another', 'core/diagnosis/slow-server.ts', './slow-dns.ts'],
  ['no-formats-imports-another', 'core/formats/saz.ts', './har.ts'],
  ['no-panels-imports-another', 'renderer/panels/findings/findings.tsx', '../exchanges/list.tsx'],
  ['product-not-test-or-build', 'core/model/uses-test.ts', '../../test/support/helper.ts'],
  ['no-development-packages', 'electron/engine/uses-vite.ts', 'vite'],
  ['window-packages-are-listed', 'renderer/state/uses-commander.ts', 'commander'],
  ['no-circular', 'core/model/egg.ts', './hen.ts'],
  ['no-unresolvable', 'core/model/lost.ts', './nowhere.ts'],
];

/** Files without a fault, and what they import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'core/model/noun.ts': ['zod'],
  'core/model/hen.ts': ['./egg.ts'],
  'core/contract/door.ts': ['../model/noun.ts'],
  'core/observers/observer.ts': [],
  'core/observers/http1.ts': ['./observer.ts', './http1-head.ts'],
  'core/observers/http1-head.ts': ['./http1-events.ts'],
  'core/observers/http1-events.ts': [],
  'core/observers/tls-kdf.ts': [],
  'core/observers/quic.ts': ['./tls-kdf.ts'],
  'core/observers/index.ts': ['./http1.ts', './http2.ts', './quic.ts'],
  'core/diagnosis/rule.ts': [],
  'core/diagnosis/slow-dns.ts': ['./rule.ts', './slow-dns-words.ts'],
  'core/diagnosis/slow-dns-words.ts': [],
  'core/formats/har.ts': [],
  'dissection/main.ts': ['node:fs', './tree.ts'],
  'dissection/tree.ts': [],
  'electron/engine/process.ts': ['node:fs', 'commander', '../../core/model/noun.ts'],
  'electron/cli/cli.ts': ['../engine/process.ts'],
  'electron/main/main.ts': ['electron', '../../core/contract/door.ts'],
  'electron/preload/preload.ts': ['electron'],
  'renderer/state/rows.ts': ['../../core/contract/door.ts', 'react'],
  'renderer/panels/exchanges/list.tsx': ['./row.tsx', '../../state/rows.ts'],
  'renderer/panels/exchanges/row.tsx': [],
  'test/support/helper.ts': ['vitest', '../../electron/engine/process.ts'],
};

/** The one unused file: everything else above is imported by an entry of the program, at least through these. */
const unused = 'core/model/forgotten.ts';

let house: string;
let faults: ReadonlySet<string>;

beforeAll(() => {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  house = mkdtempSync(path.join(root, '.cache/layers-'));
  build();
  faults = cruise();
}, 20_000);

afterAll(() => {
  rmSync(house, { recursive: true, force: true });
});

describe('the layer rules', () => {
  it.each(broken)('%s forbids %s to import %s', (rule, from, to) => {
    expect(faults).toContain(`${rule}: ${from} -> ${landing(from, to)}`);
  });

  it('find a module that no entry of the program reaches', () => {
    expect(faults).toContain(`no-unused-modules: ${unused}`);
    expect([...faults].filter((fault) => fault === `no-unused-modules: core/model/noun.ts`)).toEqual([]);
  });

  it('leave the imports alone that they are meant to allow', () => {
    const innocent = [...faults].filter((fault) => {
      const [rule = '', from = ''] = fault.split(/: | -> /);
      return rule !== 'no-unused-modules' && from in allowed;
    });
    expect(innocent).toEqual([]);
  });

  it('are all provoked here', async () => {
    const { default: config } = (await import('../../.dependency-cruiser.cjs')) as RuleFile;
    const provoked = new Set([...broken.map(([rule]) => rule), 'no-unused-modules']);
    expect(config.forbidden.map((rule) => rule.name).filter((name) => !provoked.has(name))).toEqual([]);
    expect(config.forbidden.filter((rule) => rule.comment.length < 40)).toEqual([]);
  });
});

describe('the compiler', () => {
  it.each([
    ['process', 'process.exit(1);', "Cannot find name 'process'"],
    ['the DOM', "document.createElement('p');", "Cannot find name 'document'"],
    ['a clock of the runtime', 'setTimeout(() => undefined, 1);', "Cannot find name 'setTimeout'"],
    ['a builtin of Node', "import { readFileSync } from 'node:fs';\nreadFileSync('x');", "'node:fs'"],
  ])('refuses %s in core', (_name, source, complaint) => {
    const file = path.join(house, 'core/impure.ts');
    writeFileSync(file, `${source}\nexport const impure = 1;\n`);
    const settings = path.join(house, 'core/tsconfig.json');
    writeFileSync(
      settings,
      JSON.stringify({
        extends: '../../../core/tsconfig.json',
        include: [],
        files: ['impure.ts'],
        compilerOptions: { noEmit: true },
      }),
    );
    const { stdout, status } = runNode(['node_modules/typescript/bin/tsc', '-p', settings]);
    expect(stdout).toContain(complaint);
    expect(status).not.toBe(0);
  });
});

interface RuleFile {
  readonly default: { readonly forbidden: readonly { readonly name: string; readonly comment: string }[] };
}

interface CruiseReport {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

function build(): void {
  const imports = new Map<string, string[]>(Object.entries(allowed).map(([file, list]) => [file, [...list]]));
  for (const [, from, to] of broken) imports.set(from, [...(imports.get(from) ?? []), to]);
  imports.set(unused, []);
  for (const [file, list] of imports) {
    const full = path.join(house, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, `${list.map((name) => `import '${name}';\n`).join('')}export const here = 1;\n`);
  }
  symlinkSync(path.join(root, 'package.json'), path.join(house, 'package.json'));
  symlinkSync(path.join(root, 'tsconfig.base.json'), path.join(house, 'tsconfig.base.json'));
}

/** Every fault as `rule: from -> to`, or `rule: from` where there is one file only. */
function cruise(): ReadonlySet<string> {
  const { stdout, stderr } = runNode(
    [
      path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      `--config=${path.join(root, '.dependency-cruiser.cjs')}`,
      '--output-type=json',
      ...['core', 'dissection', 'electron', 'renderer', 'test'],
    ],
    house,
  );
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser said: ${stdout}${stderr}`);
  const report = JSON.parse(stdout) as CruiseReport;
  return new Set(
    report.summary.violations.map(({ rule, from, to }) => {
      return from === to ? `${rule.name}: ${from}` : `${rule.name}: ${from} -> ${withoutPackagePath(to)}`;
    }),
  );
}

/** What the report calls the import `to` of `from`. */
function landing(from: string, to: string): string {
  if (to.startsWith('node:')) return to.slice('node:'.length);
  if (!to.startsWith('.')) return to;
  const joined = path.posix.join(path.posix.dirname(from), to);
  return to === './nowhere.ts' ? to : joined;
}

/** `../../node_modules/vite/dist/node/index.js` is `vite`. */
function withoutPackagePath(file: string): string {
  return /node_modules\/([^/]+)\//.exec(file)?.[1] ?? file;
}

function runNode(
  args: readonly string[],
  cwd = root,
): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
}
