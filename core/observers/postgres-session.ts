import type { PostgresContext } from './postgres-context.ts';
import { PostgresFields } from './postgres-fields.ts';

const authentications: Readonly<Record<number, string>> = {
  2: 'Kerberos 5',
  3: 'password in clear text',
  5: 'md5',
  6: 'SCM credentials',
  7: 'GSSAPI',
  9: 'SSPI',
};
const offersSasl = 10;
const mechanismsMax = 10;

/** What a server says of the connection and not of a question. Nothing of a password is read. */
export class PostgresSession {
  private readonly context: PostgresContext;
  private asked = false;

  constructor(context: PostgresContext) {
    this.context = context;
  }

  message(type: number, bytes: Uint8Array, from: number, to: number, atUs: number): void {
    const { teller, platform } = this.context;
    const fields = new PostgresFields(bytes, from, to);
    const text = (): string => {
      const start = fields.at;
      return platform.utf8(bytes, start, fields.textEnd());
    };
    switch (String.fromCharCode(type)) {
      case 'R':
        this.authentication(fields.i32(), fields, text, atUs);
        break;
      case 'K':
        teller.fact('server process', String(fields.i32() >>> 0), atUs);
        break;
      case 'S':
        teller.fact(text(), text(), atUs);
        break;
      case 'A': {
        const process = fields.i32() >>> 0;
        const channel = text();
        teller.fact('notification', `${channel} from process ${process}: ${text()}`, atUs);
        break;
      }
      case 'v':
        teller.fact('protocol', `The server speaks 3.${fields.i32() & 0xffff} at most.`, atUs);
        break;
    }
  }

  private authentication(kind: number, fields: PostgresFields, text: () => string, atUs: number): void {
    const { teller } = this.context;
    const named = authentications[kind];
    if (named !== undefined) teller.fact('authentication', named, atUs);
    else if (kind === offersSasl) {
      const mechanisms: string[] = [];
      while (mechanisms.length < mechanismsMax && fields.left() > 1) mechanisms.push(text());
      teller.fact('authentication', mechanisms.join(', '), atUs);
    } else if (kind === 0 && !this.asked) teller.fact('authentication', 'none asked for', atUs);
    this.asked = true;
  }
}
