import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { answerBytesMax, MysqlAnswers } from './mysql-answers.ts';
import { commandBytesMax, isMysqlCommand, MysqlCommands } from './mysql-commands.ts';
import { MysqlInflater } from './mysql-compressed.ts';
import { MysqlContext } from './mysql-context.ts';
import { MysqlFields } from './mysql-fields.ts';
import {
  anyCapabilities,
  capability,
  type MysqlCapabilities,
  readGreeting,
  readLogin,
} from './mysql-login.ts';
import { type MysqlPacket, MysqlPackets } from './mysql-packets.ts';
import type { GapObserver, Sender, StreamEnd } from './observer.ts';

export { looksLikeMysql } from './mysql-detect.ts';
export type { MysqlCapabilities } from './mysql-login.ts';

export interface MysqlObserverOptions {
  /**
   * The client asked for TLS: the bytes from these positions of the streams on (counted from the first byte, missing
   * ones included) are TLS, and what is in it goes on with the client's login. At most once; this observer is silent
   * from then on. `server` is for `afterTls` of the observer of what is in it.
   */
  readonly onHandOver?: (
    to: 'tls',
    clientFrom: number,
    serverFrom: number,
    server: MysqlCapabilities,
  ) => void;
  /** The bytes are what was in the TLS of a conversation, and begin with the client's login; null where its greeting is not known. */
  readonly afterTls?: MysqlCapabilities | null;
}

const greetingBytesMax = 1000;

type Phase = 'greeting' | 'login' | 'auth' | 'commands' | 'silent';

/**
 * Observes both directions of a conversation with MySQL or MariaDB (MySQL Internals, "Client/Server Protocol"; MariaDB
 * Knowledge Base, "Clients & Utilities › Protocol"), from the first byte or from the middle.
 *
 * One question is one command that is answered; its results are one answer, however many. Statements are found by the
 * number that the answer to their PREPARE gave them. Nothing of a password is read.
 *
 * Bounds for each conversation: 10,000 commands that wait for an answer; 1,000 prepared statements with 4 Mi characters
 * in all, the oldest forgotten; 256 KiB of one packet, 16 MiB of one that is compressed; 500 facts.
 */
export function createMysqlObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  options?: MysqlObserverOptions,
): GapObserver {
  const context = new MysqlContext(platform, emit);
  const commands = new MysqlCommands(context);
  const answers = new MysqlAnswers(context);
  let phase: Phase = options?.afterTls === undefined ? 'greeting' : 'login';
  let greeting: MysqlCapabilities = options?.afterTls ?? anyCapabilities;
  let isServerOver = false;
  let inflaters: Readonly<Record<Sender, MysqlInflater>> | null = null;

  const client: MysqlPackets = new MysqlPackets('client', {
    wanted: (_length, sequence) => {
      if (phase === 'greeting' && sequence !== 0) return -1;
      return phase === 'auth' ? 0 : commandBytesMax;
    },
    packet: fromClient,
    lost: (atUs) => lost('client', atUs),
    beginsTurn: (payloadBytes, sequence, first) =>
      phase === 'commands' && sequence === 0 && isMysqlCommand(first) && payloadBytes > 0,
    found: (bytes, atUs) => found('client', bytes, atUs),
  });
  const server: MysqlPackets = new MysqlPackets('server', {
    wanted: (length, sequence) => {
      if (phase === 'greeting' && (sequence !== 0 || length > greetingBytesMax)) return -1;
      return phase !== 'commands' || answers.isNext(sequence) ? answerBytesMax : -1;
    },
    packet: fromServer,
    lost: (atUs) => lost('server', atUs),
    beginsTurn: (_payloadBytes, sequence) => {
      const next = context.head()?.next;
      return next === sequence || (next === -1 && !context.countsPackets);
    },
    found: (bytes, atUs) => found('server', bytes, atUs),
  });

  function fromClient(packet: MysqlPacket): void {
    switch (phase) {
      case 'greeting':
        beginMidway(packet.firstAtUs);
        commands.packet(packet);
        break;
      case 'login':
        login(packet);
        break;
      case 'commands':
        commands.packet(packet);
        break;
      case 'auth':
      case 'silent':
        break;
      default:
        phase satisfies never;
    }
  }

  function fromServer(packet: MysqlPacket): void {
    switch (phase) {
      case 'greeting':
        greet(packet);
        break;
      case 'login':
      case 'auth':
        authenticate(packet);
        break;
      case 'commands':
        answers.packet(packet);
        break;
      case 'silent':
        break;
      default:
        phase satisfies never;
    }
  }

  function beginMidway(atUs: number): void {
    phase = 'commands';
    const consequence = 'Statements that were prepared before are shown by their numbers.';
    context.teller.fact(
      'began',
      `The conversation was under way when the recording began. ${consequence}`,
      atUs,
    );
  }

  function greet({ bytes, from, to, wireBytes, atUs, firstAtUs }: MysqlPacket): void {
    const fields = new MysqlFields(bytes, from, to);
    if (fields.peek() === 0xff) {
      refused(fields, atUs);
      return;
    }
    const said = readGreeting(platform, context.teller, bytes, from, to, atUs);
    if (said === null) {
      beginMidway(firstAtUs);
      server.lose(wireBytes, atUs);
      return;
    }
    greeting = said;
    phase = 'login';
  }

  function refused(fields: MysqlFields, atUs: number): void {
    fields.u8();
    const errno = fields.u16();
    if (fields.peek() === 0x23) fields.skip(6);
    context.teller.fact('refused', `${errno}: ${platform.utf8(fields.bytes, fields.at, fields.end)}`, atUs);
  }

  function login({ bytes, from, to, atUs }: MysqlPacket): void {
    const read = readLogin(platform, context.teller, bytes, from, to, greeting, atUs);
    switch (read.type) {
      case 'ssl': {
        context.teller.fact('encryption', 'TLS', atUs);
        const clientFrom = client.position();
        const serverFrom = server.position();
        silence();
        options?.onHandOver?.('tls', clientFrom, serverFrom, greeting);
        break;
      }
      case 'old':
        context.teller.fact('unreadable', 'The client speaks the protocol from before version 4.1.', atUs);
        silence();
        break;
      case 'login':
        context.capabilities = read.capabilities;
        context.knowsCapabilities = true;
        phase = 'auth';
        break;
      default:
        read satisfies never;
    }
  }

  function authenticate({ bytes, from, to, atUs }: MysqlPacket): void {
    const fields = new MysqlFields(bytes, from, to);
    const first = fields.peek();
    if (first === 0xff) refused(fields, atUs);
    else if (first === 0xfe && fields.left() > 1) {
      fields.u8();
      context.teller.fact('authentication', platform.utf8(bytes, fields.at, fields.textEnd()), atUs);
    } else if (first === 0 && phase === 'auth') {
      context.teller.fact('signed in', 'The server is ready for commands.', atUs);
      phase = 'commands';
      if (context.has(capability.compress)) beginCompression(atUs);
      else if (context.has(capability.zstd)) {
        context.teller.fact('compression', 'zstd, so that what follows cannot be read', atUs);
        silence();
      }
    }
  }

  function beginCompression(atUs: number): void {
    context.teller.fact('compression', 'zlib', atUs);
    const onLost = (lostAtUs: number): void => {
      context.teller.fact(
        'lost',
        'Bytes are missing in what is compressed, so that what follows cannot be read.',
        lostAtUs,
      );
      context.endAll('lost', 'Bytes are missing before or in its answer.', lostAtUs);
      silence();
    };
    context.countsPackets = false;
    server.breakOff();
    inflaters = {
      client: new MysqlInflater(platform, client, onLost),
      server: new MysqlInflater(platform, server, onLost),
    };
  }

  function silence(): void {
    phase = 'silent';
    client.stop();
    server.stop();
  }

  function lost(sender: Sender, atUs: number): void {
    if (phase === 'silent') return;
    if (phase === 'greeting') beginMidway(atUs);
    phase = 'commands';
    context.teller.fact('lost', `Bytes of the ${sender} are missing, or are no packets.`, atUs);
    if (sender === 'server') answers.lost(atUs);
    else {
      const head = context.head();
      if (head !== null) head.next = -1;
      context.takesFile = false;
    }
  }

  function found(sender: Sender, bytes: number, atUs: number): void {
    context.teller.fact('found', `${bytes} bytes of the ${sender} are missing or were passed over.`, atUs);
  }

  function takeBytes(sender: Sender, chunk: Uint8Array, atUs: number): void {
    if (chunk.length === 0) return;
    const [own, other] = sender === 'client' ? [client, server] : [server, client];
    other.otherSpoke();
    if (inflaters !== null) {
      inflaters[sender].bytes(chunk, atUs);
      return;
    }
    const read = own.bytes(chunk, atUs);
    if (read < chunk.length) inflaterOf(sender)?.bytes(chunk.subarray(read), atUs);
  }

  /** Within `takeBytes` there may be one all at once. */
  function inflaterOf(sender: Sender): MysqlInflater | null {
    return inflaters?.[sender] ?? null;
  }

  function gap(sender: Sender, bytes: number, atUs: number): void {
    if (bytes > 0) (inflaterOf(sender) ?? (sender === 'client' ? client : server)).gap(bytes, atUs);
  }

  function end(sender: Sender, how: StreamEnd, atUs: number): void {
    if (sender === 'server') isServerOver = true;
    // A server may go on to answer a client that has only ended.
    if (!isServerOver && how !== 'reset') return;
    context.endAll('cut', 'The conversation ended before the answer.', atUs);
  }

  return { bytes: takeBytes, gap, end };
}
