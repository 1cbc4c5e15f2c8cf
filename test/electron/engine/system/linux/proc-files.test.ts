import { describe, expect, it } from 'vitest';
import {
  parseCommandLine,
  parsePasswd,
  parseProcessStat,
  sandboxOf,
} from '../../../../../electron/engine/system/linux/proc-files.ts';

const statTail =
  'S 1204 4711 4711 34816 4711 4194304 1201 0 3 0 5 2 0 0 20 0 11 0 987654 745308160 12033 18446744073709551615 1 1 0';

describe('/proc/PID/stat', () => {
  it('tells name, parent and start of a process', () => {
    expect(parseProcessStat(`4711 (curl) ${statTail}\n`)).toEqual({
      name: 'curl',
      parentId: 1204,
      startTicks: 987_654,
    });
  });

  it('is read past any name, also one that looks like the rest of the file', () => {
    for (const name of ['Web Content', 'a) S 1 1', '((', ')', 'two\nlines', '']) {
      expect(parseProcessStat(`4711 (${name}) ${statTail}`)).toEqual({
        name,
        parentId: 1204,
        startTicks: 987_654,
      });
    }
  });

  it('is nothing when it is cut short', () => {
    for (const text of ['', '4711', '4711 (curl', '4711 (curl) S 1204 4711', 'x)y(']) {
      expect(parseProcessStat(text)).toBeNull();
    }
  });
});

describe('/proc/PID/cmdline', () => {
  it('is a list of arguments, of which some may be empty or hold spaces', () => {
    expect(parseCommandLine('python3\0-u\0/home/me/my script.py\0\0')).toEqual([
      'python3',
      '-u',
      '/home/me/my script.py',
      '',
    ]);
  });

  it('is one text with spaces where a process wrote its own title', () => {
    for (const end of ['', '\0']) {
      expect(parseCommandLine(`/opt/chrome/chrome --type=utility --lang=en${end}`)).toEqual([
        '/opt/chrome/chrome',
        '--type=utility',
        '--lang=en',
      ]);
    }
    expect(parseCommandLine('/opt/Proxy Pal/pal\0')).toEqual(['/opt/Proxy Pal/pal']);
  });

  it('is empty for a thread of the kernel, and bounded for everybody', () => {
    expect(parseCommandLine('')).toEqual([]);
    expect(parseCommandLine('a\0'.repeat(2000))).toHaveLength(64);
    expect(parseCommandLine('a -b '.repeat(2000))).toHaveLength(64);
  });
});

describe('/proc/PID/cgroup', () => {
  it('tells the application of Flatpak and of snapd', () => {
    expect(
      sandboxOf(
        '0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.mozilla.firefox-4711.scope\n',
      ),
    ).toBe('org.mozilla.firefox');
    expect(
      sandboxOf(
        '0::/user.slice/user-1000.slice/user@1000.service/app.slice/snap.spotify.spotify-6f1c2d3e-0000-4444-8888-0123456789ab.scope\n',
      ),
    ).toBe('spotify');
  });

  it('tells nothing of other groups', () => {
    expect(sandboxOf('0::/user.slice/user-1000.slice/session-2.scope\n')).toBeNull();
    expect(sandboxOf('')).toBeNull();
    expect(sandboxOf('/app-flatpak-'.repeat(400))).toBeNull();
  });
});

describe('/etc/passwd', () => {
  it('tells the names of users; what is no line of it is passed over', () => {
    const names = parsePasswd(
      'root:x:0:0:root:/root:/bin/bash\n# a remark\n\npostgres:x:106:113::/var/lib/postgresql:/bin/bash\ntoor:x:0:0::/:/bin/sh\nbad:x:y\n',
    );
    expect([...names]).toEqual([
      [0, 'root'],
      [106, 'postgres'],
    ]);
  });
});
