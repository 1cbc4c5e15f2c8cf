import { readFile } from 'node:fs/promises';
import type { FirewallWords } from '../../../core/devices/firewall.ts';
import { runTool } from '../system/run-tool.ts';

const unread: FirewallWords = { ufw: null, firewalld: null, macos: null, windows: null };

/** What can be read of this system's firewalls without any rights. Never rejects. */
export async function lookForFirewall(): Promise<FirewallWords> {
  switch (process.platform) {
    case 'linux': {
      const ufw = await readFile('/etc/ufw/ufw.conf', 'utf8').catch(() => null);
      return { ...unread, ufw, firewalld: await runTool('firewall-cmd', ['--state']) };
    }
    case 'darwin':
      return {
        ...unread,
        macos: await runTool('/usr/libexec/ApplicationFirewall/socketfilterfw', ['--getglobalstate']),
      };
    case 'win32':
      return {
        ...unread,
        windows: await runTool('netsh', ['advfirewall', 'show', 'currentprofile', 'state']),
      };
    default:
      return unread;
  }
}
