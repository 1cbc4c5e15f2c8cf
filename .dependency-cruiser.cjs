/**
 * The layers of docs: which folder may import which. Every rule is provoked once in test/build/layers.test.ts.
 * Paths are matched with an optional prefix before node_modules, so that the test's tree can lie deeper.
 */

/** Files that something outside the import graph starts: the bundled entries (build/bundle.ts) and the page. */
const entries = [
  '^electron/engine/process\\.ts$',
  '^electron/engine/session/(writer|reader|indexer)-worker\\.ts$',
  '^electron/engine/transfer/transfer-worker\\.ts$',
  '^electron/engine/proxy/upstream/pac/pac-worker\\.ts$',
  '^electron/engine/system/finder-worker\\.ts$',
  '^dissection/main\\.ts$',
  '^electron/engine/capture/capture-worker\\.ts$',
  '^electron/engine/packets/reading/packet-reader-worker\\.ts$',
  '^electron/cli/cli\\.ts$',
  '^electron/main/main\\.ts$',
  '^electron/preload/preload\\.ts$',
  '^renderer/app/main\\.tsx$',
  '^renderer/decoding/decode-worker\\.ts$',
];

/** What the window is made of: bundled into it, therefore listed among the development dependencies. */
const bundledIntoWindow = [
  'react',
  'react-dom',
  'scheduler',
  '@types/react',
  '@types/react-dom',
  '@codemirror/[^/]+',
  '@lezer/[^/]+',
  'radix-ui',
  'qrcode-generator',
];

/**
 * No member of a family of files imports another one. A member owns the files that begin with its name.
 * @param {string} folder
 * @param {string} member pattern of a member's name, the part of the path that its own files share
 * @param {string} shared what all may import
 * @param {string} comment
 */
function strangers(folder, member, shared, comment) {
  const list = '(index|streams|datagrams)\\.tsx?$';
  return {
    name: `no-${folder.split('/').at(-1)}-imports-another`,
    comment,
    severity: 'error',
    from: { path: `^${folder}/(${member})[-./]`, pathNot: `^${folder}/(${list}|${shared})` },
    to: { path: `^${folder}/`, pathNot: [`^${folder}/$1[-./]`, `^${folder}/(${shared})`] },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment:
        'core runs in the engine, in a window and in tests without any of them: it imports itself and zod, nothing of Node, the DOM or a package.',
      severity: 'error',
      from: { path: '^core/' },
      to: { pathNot: ['^core/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'electron-not-renderer',
      comment: 'The engine must work without a window; what both need belongs to core.',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^renderer/' },
    },
    {
      name: 'renderer-not-electron',
      comment:
        'The same window runs in a browser tab, where there is no Node side; it talks through core/contract.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^electron/' },
    },
    {
      name: 'dissection-stands-alone',
      comment:
        'It is linked with Wireshark’s engine and therefore under the GPL: it imports nothing of ours and no package but that engine.',
      severity: 'error',
      from: { path: '^dissection/' },
      to: {
        pathNot: ['^dissection/', '(^|/)node_modules/(@goodtools/wiregasm|@types/node)/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'nobody-imports-dissection',
      comment:
        'Whoever imported it would fall under the GPL with it. It is started as a process and talked with over a pipe.',
      severity: 'error',
      from: { path: '^(core|electron|renderer|build|test)/' },
      to: { path: '^dissection/' },
    },
    {
      name: 'shell-not-engine',
      comment:
        'The engine is a process of its own, so that a busy capture blocks no menu; importing it here would run it in the shell.',
      severity: 'error',
      from: { path: '^electron/(main|preload)/' },
      to: { path: '^electron/(engine|cli)/' },
    },
    {
      name: 'shell-knows-contract-only',
      comment: 'Whatever the shell needs of core beyond the contract is work for the engine.',
      severity: 'error',
      from: { path: '^electron/(main|preload)/' },
      to: { path: '^core/(?!contract/)' },
    },
    {
      name: 'engine-stands-alone',
      comment: 'The engine is started by the shell and by the command line alike and knows neither.',
      severity: 'error',
      from: { path: '^electron/engine/' },
      to: { path: '^electron/(main|cli|preload)/' },
    },
    {
      name: 'cli-not-shell',
      comment: 'The command line runs in plain Node, where nothing of the desktop shell can.',
      severity: 'error',
      from: { path: '^electron/cli/' },
      to: { path: '^electron/(main|preload)/' },
    },
    {
      name: 'electron-in-shell-only',
      comment: 'Engine and command line run in plain Node too, where there is no module called electron.',
      severity: 'error',
      from: { path: '^(core|electron|renderer)/', pathNot: '^electron/(main|preload)/' },
      to: { path: '(^|/)node_modules/electron/|^electron$' },
    },
    strangers(
      'core/observers',
      '[a-z0-9]+',
      '(observer|tls-(client-hello|server-hello|fingerprint|kdf))\\.ts$',
      'Protocols hand over by name, so that each is read, tested and replaced alone. http1-head.ts belongs to http1; only index.ts knows several. The hellos of TLS and how keys are derived are part of QUIC too (RFC 9001).',
    ),
    strangers(
      'core/diagnosis',
      '[a-z0-9-]+',
      'rule\\.ts$',
      'A diagnosis rule stands alone with its thresholds and its evidence; what two share belongs to rule.ts or the model.',
    ),
    strangers(
      'core/formats',
      '[a-z0-9]+',
      'format\\.ts$',
      'Formats meet in the model, never in each other: otherwise mending one breaks another.',
    ),
    strangers(
      'renderer/panels',
      '[a-z0-9]+',
      'panel\\.tsx?$',
      'Panels meet in state and share components; one that imports another can no longer be shown alone.',
    ),
    {
      name: 'product-not-test-or-build',
      comment: 'What ships must not need what only tests or builds it.',
      severity: 'error',
      from: { path: '^(core|dissection|electron|renderer)/' },
      to: { path: '^(test|build)/' },
    },
    {
      name: 'no-development-packages',
      comment:
        'A package needed at run time must be a dependency. The window’s are bundled into it, and electron is the runtime itself.',
      severity: 'error',
      from: { path: '^(core|dissection|electron)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm'],
        pathNot: '(^|/)node_modules/(electron|@types/[^/]+)/',
      },
    },
    {
      name: 'window-packages-are-listed',
      comment:
        'Every package in the window is downloaded, licensed and trusted code: adding one is a decision, made here.',
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '(^|/)node_modules/', pathNot: `(^|/)node_modules/(${bundledIntoWindow.join('|')}|vite)/` },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unused-modules',
      comment: 'Code that no entry of the program reaches is tested, read and maintained for nobody.',
      severity: 'error',
      from: { path: entries },
      to: {
        path: '^(core|dissection|electron|renderer)/',
        pathNot: [...entries, '\\.(css|d\\.ts)$'],
        reachable: false,
      },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that does not resolve hides from every other rule here.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.cache|dist)/' },
    // An import of types alone ties two layers together as well.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
