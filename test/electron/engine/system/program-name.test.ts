import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHelper, nameProgram } from '../../../../electron/engine/system/program-name.ts';

function named(
  path: string | null,
  args: string[],
  sandbox: string | null = null,
  processName = 'comm',
): string {
  const { name, detail, app } = nameProgram({ processName, path, args, sandbox });
  return [name, detail ?? '-', app].join(' | ');
}

describe('a program', () => {
  it('is called by its file, and as people call it', () => {
    expect(named('/usr/bin/curl', ['curl', '-s'])).toBe('curl | - | curl');
    expect(named('/opt/google/chrome/chrome', ['/opt/google/chrome/chrome'])).toBe('chrome | - | Chrome');
    expect(named('/usr/lib/chromium/chromium', ['chromium'])).toBe('chromium | - | Chromium');
    expect(named('/usr/lib/firefox-esr/firefox-esr', [])).toBe('firefox-esr | - | Firefox');
    expect(named('/usr/bin/wget (deleted)', ['wget'])).toBe('wget | - | wget');
    expect(named(null, ['MSEDGE.EXE'])).toBe('MSEDGE | - | Edge');
    expect(named('C:\\Program Files\\Fiddler\\Fiddler.exe', [])).toBe('Fiddler | - | Fiddler');
    expect(named(null, [], null, 'kworker')).toBe('kworker | - | kworker');
  });

  it('that interprets others has the name of what it runs beside it', () => {
    expect(named('/usr/bin/python3.11', ['python3', '-u', '/home/me/crawl.py', 'x'])).toBe(
      'python3 | crawl.py | python3',
    );
    expect(named('/usr/bin/python3.11', ['python3', '-X', 'dev', '-m', 'http.server'])).toBe(
      'python3 | http.server | python3',
    );
    expect(named('/usr/bin/node', ['node', '--import', 'tsx', 'src/server.ts'])).toBe(
      'node | server.ts | node',
    );
    expect(named('/usr/lib/jvm/bin/java', ['java', '-cp', 'a.jar:b.jar', 'com.example.Main'])).toBe(
      'java | com.example.Main | java',
    );
    expect(named('/usr/bin/java', ['java', '-Xmx1g', '-jar', '/opt/shop/shop.jar'])).toBe(
      'java | shop.jar | java',
    );
    expect(named('C:\\Python312\\python.exe', ['python', 'C:\\work\\a.py'])).toBe('python | a.py | python');
  });

  it('given as text has no name', () => {
    expect(named('/usr/bin/python3', ['python3', '-c', 'password = "x"'])).toBe('python3 | - | python3');
    expect(named('/usr/bin/node', ['node', '-e', 'fetch(1)'])).toBe('node | - | node');
    expect(named('/usr/bin/node', ['node'])).toBe('node | - | node');
  });

  it('that only begins like an interpreter is none', () => {
    expect(named('/usr/bin/nodemon', ['nodemon', 'x.js'])).toBe('nodemon | - | nodemon');
    expect(named('/usr/bin/shotwell', ['shotwell', 'x.png'])).toBe('shotwell | - | shotwell');
  });

  it('made with Electron has the name of its folder', () => {
    const electron = '/usr/lib/electron/electron';
    expect(named(electron, ['electron', '/opt/notes/resources/app.asar'])).toBe('electron | - | notes');
    expect(named(electron, ['electron', '--inspect', '/home/me/notes/main.js'])).toBe('electron | - | notes');
    expect(named(electron, ['electron', '/home/me/notes'])).toBe('electron | - | notes');
    expect(named('/opt/Slack/slack', ['/opt/Slack/slack'])).toBe('slack | - | Slack');
    expect(named(electron, ['electron'])).toBe('electron | - | electron');
  });

  it('of macOS, Flatpak, snapd or an AppImage has the name of that', () => {
    expect(named('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', [])).toMatch(/\| Chrome$/);
    expect(named('/Applications/Proxy Pal.app/Contents/MacOS/main', [])).toBe('main | - | Proxy Pal');
    expect(named('/app/bin/run', ['run'], 'org.gnome.Fractal')).toBe('run | - | Fractal');
    expect(named('/app/lib/firefox', ['firefox'], 'org.mozilla.firefox')).toBe('firefox | - | Firefox');
    expect(named('/snap/spotify/1/usr/bin/main', ['main'], 'spotify')).toBe('main | - | spotify');
    expect(named('/tmp/.mount_BeekeeAbc123/AppRun', ['AppRun'])).toBe('AppRun | - | Beekee');
  });

  it('has one plain line for a name, whatever it calls itself', () => {
    expect(named('/tmp/two\nlines', [])).toBe('two lines | - | two lines');
    expect(named('/tmp/\u202eexe.png', [])).toBe('exe.png | - | exe.png');
    fc.assert(
      fc.property(
        fc.option(fc.string({ unit: 'binary' })),
        fc.array(fc.string({ unit: 'binary' })),
        fc.option(fc.string()),
        (path, args, sandbox) => {
          const { name, detail, app } = nameProgram({ processName: '', path, args, sandbox });
          for (const text of [name, app, detail ?? 'x']) {
            expect(text).not.toMatch(/[\u0000-\u001f]/);
            expect(text.length).toBeGreaterThan(0);
            expect(text.length).toBeLessThanOrEqual(64);
          }
        },
      ),
    );
  });
});

describe('a process that works for another one', () => {
  it('is a service of Chromium, Electron, Firefox or WebKit', () => {
    expect(isHelper(['/opt/chrome/chrome', '--type=utility'], '/opt/chrome/chrome')).toBe(true);
    expect(isHelper(['firefox', '-contentproc', 'socket'], '/usr/lib/firefox/firefox')).toBe(true);
    expect(isHelper(['WebKitNetworkProcess', '7'], '/usr/lib/webkit/WebKitNetworkProcess')).toBe(true);
    expect(isHelper(['/opt/chrome/chrome', 'https://a/?--type=x'], '/opt/chrome/chrome')).toBe(false);
    expect(isHelper(['curl', '-s'], '/usr/bin/curl')).toBe(false);
  });
});
