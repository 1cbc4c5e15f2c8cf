import { formatCount } from '../format/duration.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import type { Session } from './session.ts';

/** Opens files by their paths: sessions as they are, anything else by reading it into a new session. */
export type OpenFiles = (paths: readonly string[]) => Promise<void>;

export function createOpenFiles(connection: Connection, session: Session, notices: Notices): OpenFiles {
  const reading = new Set<number>();
  connection.onClient((client) => {
    reading.clear();
    client.on('transfers', 'finished', ({ transferId, summary }) => {
      if (!reading.delete(transferId)) return;
      const skipped = summary.skipped === 0 ? '' : ` ${formatCount(summary.skipped)} could not be used.`;
      if (summary.skipped > 0) notices.say(`${formatCount(summary.exchanges)} exchanges imported.${skipped}`);
      void session.open(summary.path);
    });
    client.on('transfers', 'failed', ({ transferId, message }) => {
      if (reading.delete(transferId)) notices.say(message);
    });
  });
  return async (paths) => {
    for (const path of paths) {
      if (path.toLowerCase().endsWith('.plumb')) {
        await session.open(path);
        continue;
      }
      const client = connection.client();
      if (client === null) return;
      const started = notices.check(await client.services.transfers.startImport({ path }));
      if (started !== null) reading.add(started.transferId);
    }
  };
}
