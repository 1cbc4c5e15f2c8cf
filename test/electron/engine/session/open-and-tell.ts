/** `open-and-tell.ts MODE PATH`: opens a session in a process of its own and prints the failure's code, or `ok`. */
import type { OpenSessionOptions } from '../../../../electron/engine/session/session-api.ts';
import { openSession } from '../../../../electron/engine/session/session.ts';
import { workers } from '../../../support/workers.ts';

const [mode = '', path = ''] = process.argv.slice(2);
const session = await openSession({ path, mode: mode as OpenSessionOptions['mode'] }, workers);
process.stdout.write(session.ok ? 'ok' : session.error.code);
if (session.ok) await session.value.close();
