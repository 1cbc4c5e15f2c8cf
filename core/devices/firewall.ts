/** A firewall of this computer that is on, and may keep phones away. */
export interface Firewall {
  readonly name: string;
  /** What lets connections to this port in; null where the system asks by itself. */
  readonly command: string | null;
}

/** What was read of the firewalls of a system: null where there is nothing to read. */
export interface FirewallWords {
  /** /etc/ufw/ufw.conf. */
  readonly ufw: string | null;
  /** `firewall-cmd --state`. */
  readonly firewalld: string | null;
  /** `socketfilterfw --getglobalstate`. */
  readonly macos: string | null;
  /** `netsh advfirewall show currentprofile state`. */
  readonly windows: string | null;
}

export function firewallOf({ ufw, firewalld, macos, windows }: FirewallWords, port: number): Firewall | null {
  if (/^\s*ENABLED\s*=\s*["']?yes/im.test(ufw ?? ''))
    return { name: 'ufw', command: `sudo ufw allow ${port}/tcp` };
  if (/^running\s*$/m.test(firewalld ?? ''))
    return { name: 'firewalld', command: `sudo firewall-cmd --add-port=${port}/tcp` };
  if (/State\s*=\s*[12]/.test(macos ?? '')) return { name: 'The firewall of macOS', command: null };
  // The word before it is translated, this one is in no edition known.
  if (/\bON\s*$/m.test(windows ?? '')) {
    return {
      name: 'The firewall of Windows',
      command: `netsh advfirewall firewall add rule name=Plumbline dir=in action=allow protocol=TCP localport=${port}`,
    };
  }
  return null;
}
