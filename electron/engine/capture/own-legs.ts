import { legKey } from '../packets/leg-key.ts';
import type { LegWatcher } from '../session/session-api.ts';
import type { PacketIntake } from './packet-intake.ts';

/** What was told is handed on this often, well before the packets are read. */
const tellEveryMs = 20;

/** Tells running captures of the proxy's own connections, and the keys of their TLS. */
export interface OwnLegs {
  readonly watcher: LegWatcher;
  readonly close: () => void;
}

export function createOwnLegs(intake: PacketIntake): OwnLegs {
  let keys: string[] = [];
  let lines: string[] = [];
  let timer: NodeJS.Timeout | null = null;

  function tell(): void {
    timer = null;
    if (keys.length > 0) intake.tell({ kind: 'own', keys });
    if (lines.length > 0) intake.tell({ kind: 'secrets', keyLog: lines.join('\n') });
    keys = [];
    lines = [];
  }

  function arm(): void {
    timer ??= setTimeout(tell, tellEveryMs).unref();
  }

  return {
    watcher: {
      conversation: (record) => {
        if (!intake.isRunning() || record.closedAtUs !== null) return;
        keys.push(legKey(record));
        arm();
      },
      secret: (line) => {
        if (!intake.isRunning()) return;
        lines.push(line);
        arm();
      },
    },
    close: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
