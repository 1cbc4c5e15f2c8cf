import { expect, test } from 'vitest';
import { firewallOf, type FirewallWords } from '../../../core/devices/firewall.ts';

const unread: FirewallWords = { ufw: null, firewalld: null, macos: null, windows: null };

test.each<[string, Partial<FirewallWords>, string | null]>([
  ['nothing', {}, null],
  ['ufw that is on', { ufw: '# comment\nENABLED=yes\nLOGLEVEL=low\n' }, 'sudo ufw allow 8888/tcp'],
  ['ufw that is off', { ufw: 'ENABLED=no\n' }, null],
  ['firewalld that runs', { firewalld: 'running\n' }, 'sudo firewall-cmd --add-port=8888/tcp'],
  ['firewalld that does not', { firewalld: 'not running\n' }, null],
  ['macOS, off', { macos: 'Firewall is disabled. (State = 0)\n' }, null],
  [
    'Windows, on',
    {
      windows:
        '\r\nPrivate Profile Settings: \r\n-----\r\nState                                 ON\r\nOk.\r\n',
    },
    'netsh advfirewall firewall add rule name=Plumbline dir=in action=allow protocol=TCP localport=8888',
  ],
  ['Windows, off', { windows: 'State                                 OFF\r\n' }, null],
])('a firewall is told from %s', (_name, words, command) => {
  expect(firewallOf({ ...unread, ...words }, 8888)?.command ?? null).toBe(command);
});

test('macOS asks by itself', () => {
  expect(firewallOf({ ...unread, macos: 'Firewall is enabled. (State = 1)' }, 1)).toEqual({
    name: 'The firewall of macOS',
    command: null,
  });
});
