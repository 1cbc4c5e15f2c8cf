import type { PortRule, ProtocolsValue } from './protocol.ts';
import { rangesOf, textOfRanges, withPort, withoutPort, type Range } from './ranges.ts';
import { drain, type PreferenceModule, type Vector, type Wiregasm } from './wiregasm.ts';

const tables = ['tcp.port', 'udp.port'] as const;
type Table = (typeof tables)[number];

/** Which ports belong to which protocol: each protocol has a preference named like the table, a list of ports. */
export class DecodeAs {
  readonly #engine: Wiregasm;
  /** As the engine came, by table and protocol. */
  #original: Readonly<Record<Table, ReadonlyMap<string, readonly Range[]>>> | null = null;

  constructor(engine: Wiregasm) {
    this.#engine = engine;
  }

  protocols(): ProtocolsValue {
    const { 'tcp.port': tcp, 'udp.port': udp } = this.#ports();
    return { tcp: [...tcp.keys()].sort(), udp: [...udp.keys()].sort() };
  }

  /** The rules that name no protocol of their table; then nothing was changed. */
  set(rules: readonly PortRule[]): readonly PortRule[] {
    const original = this.#ports();
    const unknown = rules.filter((rule) => !original[rule.table].has(rule.protocol));
    if (unknown.length > 0) return unknown;
    const changes = tables.flatMap((table) => {
      const ports = new Map(original[table]);
      for (const rule of rules.filter((each) => each.table === table)) {
        for (const [protocol, ranges] of ports) ports.set(protocol, withoutPort(ranges, rule.port));
        ports.set(rule.protocol, withPort(ports.get(rule.protocol) ?? [], rule.port));
      }
      return [...ports]
        .filter(
          ([protocol, ranges]) => textOfRanges(ranges) !== textOfRanges(original[table].get(protocol) ?? []),
        )
        .map(([protocol, ranges]) => ({ table, protocol, ranges }));
    });
    // Taken away before given: a port that two claim stays with whoever had it first.
    const given = (change: { table: Table; protocol: string }): boolean =>
      rules.some(({ table, protocol }) => table === change.table && protocol === change.protocol);
    for (const change of changes) if (!given(change)) this.#write(change);
    this.#engine.applyPreferences();
    for (const change of changes) if (given(change)) this.#write(change);
    this.#engine.applyPreferences();
    return [];
  }

  #write({ table, protocol, ranges }: { table: Table; protocol: string; ranges: readonly Range[] }): void {
    this.#engine.setPref(protocol, table, textOfRanges(ranges));
  }

  #ports(): Readonly<Record<Table, ReadonlyMap<string, readonly Range[]>>> {
    this.#original ??= readPorts(this.#engine);
    return this.#original;
  }
}

function readPorts(engine: Wiregasm): Record<Table, Map<string, readonly Range[]>> {
  const found = {
    'tcp.port': new Map<string, readonly Range[]>(),
    'udp.port': new Map<string, readonly Range[]>(),
  };
  const walk = (modules: Vector<PreferenceModule>): void =>
    drain(modules, (module) => {
      drain(engine.listPreferences(module.name), ({ name, range_value: ranges }) => {
        for (const table of tables) if (name === table) found[table].set(module.name, rangesOf(ranges));
      });
      walk(module.submodules);
    });
  walk(engine.listModules());
  return found;
}
