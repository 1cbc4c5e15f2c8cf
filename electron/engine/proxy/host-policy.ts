/** Which hosts a setting speaks of: names, `*.example.com`, or addresses; compared in lower case, brackets removed. */
export interface HostSet {
  readonly has: (host: string) => boolean;
  readonly add: (pattern: string) => void;
  readonly remove: (pattern: string) => void;
  readonly list: () => string[];
}

export function createHostSet(initial: readonly string[]): HostSet {
  const patterns = new Set(initial.map(normalizeHost));
  return {
    has: (host) => {
      const name = normalizeHost(host);
      if (patterns.has(name)) return true;
      for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
        if (patterns.has(`*${name.slice(dot)}`)) return true;
      }
      return false;
    },
    add: (pattern) => void patterns.add(normalizeHost(pattern)),
    remove: (pattern) => void patterns.delete(normalizeHost(pattern)),
    list: () => [...patterns].sort(),
  };
}

export function normalizeHost(host: string): string {
  const name = host.trim().toLowerCase();
  if (name.startsWith('[') && name.endsWith(']')) return name.slice(1, -1);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
