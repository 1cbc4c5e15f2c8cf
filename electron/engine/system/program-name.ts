/** What can be learned of a program without running or reading it. All of it is the program's own word. */
export interface Program {
  /** As the system calls the process. */
  readonly processName: string;
  /** The program file; null when it may not be known. */
  readonly path: string | null;
  /** As far as known; the first is the program's own name. */
  readonly args: readonly string[];
  /** What a sandbox calls the application, such as `org.mozilla.firefox`; null without one. */
  readonly sandbox: string | null;
}

export interface ProgramName {
  readonly name: string;
  /** What an interpreter runs, such as `crawl.py`. */
  readonly detail: string | null;
  /** What people call it. */
  readonly app: string;
}

/** Longest name that is kept, characters. */
const nameCharsMax = 64;

/** Programs whose file is called otherwise than people call them. Lower case, without `.exe`. */
const products: ReadonlyMap<string, string> = new Map([
  ['chrome', 'Chrome'],
  ['google chrome', 'Chrome'],
  ['google-chrome', 'Chrome'],
  ['google-chrome-stable', 'Chrome'],
  ['chromium', 'Chromium'],
  ['chromium-browser', 'Chromium'],
  ['headless_shell', 'Chromium'],
  ['chrome-headless-shell', 'Chromium'],
  ['msedge', 'Edge'],
  ['microsoft edge', 'Edge'],
  ['microsoft-edge', 'Edge'],
  ['firefox', 'Firefox'],
  ['firefox-bin', 'Firefox'],
  ['firefox-esr', 'Firefox'],
  ['brave', 'Brave'],
  ['brave-browser', 'Brave'],
  ['brave browser', 'Brave'],
  ['vivaldi-bin', 'Vivaldi'],
  ['opera', 'Opera'],
  ['safari', 'Safari'],
  ['com.apple.webkit.networking', 'Safari'],
  ['thunderbird', 'Thunderbird'],
  ['thunderbird-bin', 'Thunderbird'],
  ['epiphany', 'Epiphany'],
  ['code', 'Visual Studio Code'],
  ['slack', 'Slack'],
  ['discord', 'Discord'],
  ['postman', 'Postman'],
  ['insomnia', 'Insomnia'],
]);

/** Interpreters, with the options of theirs that take the next argument for themselves. */
const interpreters: ReadonlyMap<string, readonly string[]> = new Map([
  ['python', ['-W', '-X', '--check-hash-based-pycs']],
  ['node', ['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions']],
  ['deno', []],
  ['bun', []],
  ['ruby', ['-r', '-I', '-E']],
  ['perl', ['-I']],
  ['php', ['-c', '-d']],
  ['java', ['-cp', '-classpath', '--class-path', '-p', '--module-path', '--add-modules']],
  ['dotnet', []],
  ['pwsh', []],
  ['bash', []],
  ['sh', []],
  ['dash', []],
]);

/** Options after which comes what is run. */
const runOptions: ReadonlySet<string> = new Set(['-m', '-jar', '--module', '-File']);
/** Options after which comes the program's text: it has no name, and is nobody's business. */
const textOptions: ReadonlySet<string> = new Set(['-c', '-e', '-p', '-pe', '--eval', '--print', '-Command']);

/** Names a program from what it says of itself. Never empty; of one line. */
export function nameProgram(program: Program): ProgramName {
  const { path, args, processName, sandbox } = program;
  const file = fileName(path ?? '') || fileName(args[0] ?? '') || processName;
  const name = clean(file.replace(/\.exe$/i, '')) || 'a program';
  const interpreter = /^[a-z]+/i.exec(name)?.[0].toLowerCase() ?? '';
  const ownOptions = /^[a-z]+[\d.]*w?$/i.test(name) ? interpreterOptions(interpreter) : undefined;
  if (ownOptions !== undefined) {
    const short = /^python\d/i.test(name) ? `python${/\d/.exec(name)?.[0] ?? ''}` : name;
    return { name: short, detail: scriptOf(args, ownOptions), app: short };
  }
  return { name, detail: null, app: appOf(name, path ?? '', args, sandbox) };
}

function interpreterOptions(name: string): readonly string[] | undefined {
  return interpreters.get(name === 'pythonw' ? 'python' : name);
}

function appOf(name: string, path: string, args: readonly string[], sandbox: string | null): string {
  const product = products.get(name.toLowerCase());
  if (product !== undefined) return product;
  if (name.toLowerCase() === 'electron') {
    const script = args.slice(1).find((each) => !each.startsWith('-'));
    const folder = script === undefined ? '' : electronApp(script);
    if (folder !== '') return folder;
  }
  const bundle = /\/([^/]{1,200})\.app\/Contents\//.exec(path)?.[1];
  if (bundle !== undefined) return products.get(bundle.toLowerCase()) ?? clean(bundle);
  if (sandbox !== null) {
    const last = sandbox.slice(sandbox.lastIndexOf('.') + 1);
    return products.get(last.toLowerCase()) ?? (clean(last) || name);
  }
  // An AppImage is mounted below a folder named by its first letters and six at random.
  const mounted = name === 'AppRun' ? /\/\.mount_([^/]{1,100})[^/]{6}\//.exec(path)?.[1] : undefined;
  return mounted === undefined ? name : clean(mounted);
}

/** `/opt/notes/resources/app.asar` is the app `notes`, `/home/me/notes` and `/home/me/notes/main.js` too. */
function electronApp(script: string): string {
  const parts = script.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
  const last = parts.at(-1) ?? '';
  if (/^app(?:\.asar)?$/.test(last)) {
    return clean(parts.at(parts.at(-2) === 'resources' ? -3 : -2) ?? '');
  }
  return clean(/\.[cm]?js$/.test(last) ? (parts.at(-2) ?? last) : last);
}

function scriptOf(args: readonly string[], ownOptions: readonly string[]): string | null {
  for (let at = 1; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (runOptions.has(arg)) return clean(fileName(args[at + 1] ?? '')) || null;
    if (ownOptions.includes(arg)) at++;
    else if (textOptions.has(arg)) return null;
    else if (!arg.startsWith('-')) return arg === 'run' ? null : clean(fileName(arg)) || null;
  }
  return null;
}

/**
 * Whether the process only works for another one of the same application, which is the one to show: Chromium's and
 * Electron's services, Firefox's content and socket processes, WebKit's network process.
 */
export function isHelper(args: readonly string[], path: string | null): boolean {
  if (/^(?:WebKitNetworkProcess|QtWebEngineProcess)$/.test(fileName(path ?? ''))) return true;
  return args.slice(1).some((arg) => arg.startsWith('--type=') || arg === '-contentproc');
}

function fileName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.replace(/ \(deleted\)$/, '');
}

/** One line without control characters or marks that turn the writing direction, of bounded length. */
function clean(text: string): string {
  return text
    .slice(0, nameCharsMax)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ')
    .trim();
}
