/** `read-only-folder.ts SESSION`: records 100 exchanges into a session whose folder is made read-only meanwhile. */
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { openSession } from '../../../electron/engine/session/session.ts';
import { exchangeRecord } from '../../support/records.ts';
import { writerAndReader } from '../../support/workers.ts';

const file = process.argv[2] ?? '';
const opened = await openSession({ path: file, mode: 'create' }, writerAndReader);
if (!opened.ok) throw new Error(opened.error.message);
const session = opened.value;
const problems: (string | null)[] = [];
session.onProblem((problem) => problems.push(problem));
for (let count = 0; count < 100; count++) {
  if (count === 10) chmodSync(path.dirname(file), 0o500);
  session.sink.putExchange(exchangeRecord({ id: session.sink.nextExchangeId() }));
  await session.flush();
}
const page = await session.exportPage(0, 500);
await session.close();
process.stdout.write(JSON.stringify({ problems, stored: page.ok ? page.value.length : page.error }));
