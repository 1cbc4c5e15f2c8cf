import { app, BrowserWindow, dialog, Menu, protocol, session, shell } from 'electron';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultDataDir } from '../../core/contract/data-dir.ts';
import { parseArguments } from './arguments.ts';
import { answerFileChoices } from './file-choice.ts';
import { buildMenu } from './menu.ts';
import { createSupervisor } from './engine-supervisor.ts';
import { serveWindowFiles, windowOrigin } from './window-files.ts';
import { loadWindowPlace, watchWindowPlace } from './window-place.ts';

const wanted = parseArguments(process.argv.slice(app.isPackaged ? 1 : 2));
const dataDir = wanted.dataDir ?? defaultDataDir(process.platform, homedir(), process.env);
app.setPath('userData', join(dataDir, 'window'));
protocol.registerSchemesAsPrivileged([
  { scheme: 'plumbline', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  void app.whenReady().then(start);
}

function start(): void {
  const dist = join(import.meta.dirname, '..');
  serveWindowFiles(join(dist, 'renderer'));
  answerFileChoices();
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide) => {
    decide(permission === 'clipboard-sanitized-write');
  });
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission) => permission === 'clipboard-sanitized-write',
  );

  const supervisor = createSupervisor({
    entry: join(dist, 'engine', 'process.js'),
    dataDir,
    sessionPath: wanted.session,
    proxy: wanted.proxy,
    upstreamCaFiles: wanted.upstreamCa,
    insecureHosts: wanted.insecureHosts,
    passThroughHosts: wanted.passThroughHosts,
    onGivingUp: (message) => {
      dialog.showErrorBox('Plumbline cannot start', message);
    },
  });

  /** A window of its own for one exchange lies over the others and is not remembered. */
  const openWindow = (address = `${windowOrigin}/index.html`): void => {
    const isMain = address === `${windowOrigin}/index.html`;
    const place = isMain ? loadWindowPlace() : { width: 900, height: 640 };
    const window = new BrowserWindow({
      ...place,
      minWidth: 720,
      minHeight: 480,
      title: 'Plumbline',
      backgroundColor: '#16181d',
      show: false,
      webPreferences: {
        preload: join(dist, 'preload', 'preload.cjs'),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    });
    if (isMain) watchWindowPlace(window);
    window.once('ready-to-show', () => {
      window.show();
    });
    window.webContents.setWindowOpenHandler(({ url }) => {
      if (url.startsWith(`${windowOrigin}/`)) openWindow(url);
      else if (url.startsWith('https://')) void shell.openExternal(url);
      return { action: 'deny' };
    });
    window.webContents.on('will-navigate', (event, url) => {
      if (!url.startsWith(`${windowOrigin}/`)) event.preventDefault();
    });
    window.webContents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    window.webContents.on('did-finish-load', () => {
      supervisor.connect(window.webContents);
    });
    void window.loadURL(address);
  };

  Menu.setApplicationMenu(buildMenu({ openWindow: () => openWindow() }));
  supervisor.start();
  openWindow();
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) return openWindow();
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void supervisor.stop().then(() => {
      stopped = true;
      app.quit();
    });
  });
}
