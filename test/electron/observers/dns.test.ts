import { execFileSync, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createDnsObserver, createDnsStreamObserver } from '../../../core/observers/dns.ts';
import { answer, address4, dnsMessage, dnsName } from '../../core/observers/dns-script.ts';
import { lines, queryBreach } from '../../core/observers/query-script.ts';
import { freePort } from '../../support/free-port.ts';
import { nodePlatform } from '../../support/platform.ts';
import { readPcap, tcpStreams, type PcapFrame } from '../../support/loopback-pcap.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { within } from '../../support/within.ts';

/** What the server answers, by the name in the question; `silent` never, `slow` after 30 ms, `big` over TCP only. */
function replyTo(query: Buffer, isStream: boolean): Buffer | null {
  const questionTo = query.indexOf(0, 12) + 5;
  const name = query.toString('latin1', 13, 13 + query[12]!);
  if (name === 'silent') return null;
  const type = query.readUInt16BE(questionTo - 4);
  const isTruncated = name === 'big' && !isStream;
  const rcode = name === 'nowhere' ? 3 : name === 'broken' ? 2 : 0;
  const none = rcode !== 0 || isTruncated;
  const records = none
    ? []
    : type === 15
      ? [{ name: '@12', type: 15, data: Buffer.concat([Buffer.from([0, 10]), dnsName('mail@12')]) }]
      : Array.from({ length: name === 'big' ? 40 : 2 }, (_, at) => ({
          name: '@12',
          type: 1,
          data: address4(`192.0.2.${at}`),
        }));
  const written = Buffer.from(
    dnsMessage({
      id: query.readUInt16BE(0),
      flags: answer | rcode | (isTruncated ? 0x0200 : 0),
      questions: [['question', type]],
      answers: records,
    }),
  );
  // The question as it came, in the place of the written one.
  const from = 12 + dnsName('question').length + 4;
  return Buffer.concat([written.subarray(0, 12), query.subarray(12, questionTo), written.subarray(from)]);
}

interface DnsServer {
  readonly port: number;
}

async function startDnsServer(): Promise<DnsServer> {
  const delayOf = (query: Buffer): number => (query.includes('slow') ? 30 : 0);
  const tcp: Server = createServer((socket) => {
    socket.on('data', (chunk: Buffer) => {
      const reply = replyTo(chunk.subarray(2), true);
      if (reply === null) return;
      const length = Buffer.from([reply.length >> 8, reply.length & 255]);
      socket.write(Buffer.concat([length, reply]));
    });
    socket.on('error', () => undefined);
  });
  const udp: Socket = createSocket('udp4', (query, from) => {
    const reply = query.equals(marker) ? null : replyTo(query, false);
    if (reply !== null) setTimeout(() => udp.send(reply, from.port, from.address), delayOf(query));
  });
  const port = await freePort();
  tcp.listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  onTestFinished(() => {
    udp.close();
    tcp.close();
  });
  return { port };
}

/** Ends what is captured. */
const marker = Buffer.alloc(9, 0x7e);

/** Captures the loopback while `traffic` runs, which takes the right to. */
async function captured(port: number, traffic: () => Promise<void>): Promise<string> {
  const file = path.join(scratchFolder(), 'dns.pcap');
  const tcpdump = spawn('tcpdump', ['-i', 'lo', '-U', '-w', file, '--nano', 'port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const listening = new Promise<void>((resolve) => {
    tcpdump.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('listening on')) resolve();
    });
  });
  await within(10_000, 'tcpdump to listen', listening);
  await traffic();
  // Its last packet is the sign that all before it are written.
  const mark = createSocket('udp4');
  await new Promise((resolve) => mark.send(marker, port, '127.0.0.1', resolve));
  mark.close();
  await expect
    .poll(() => readPcap(file).some(({ payload }) => marker.equals(payload)), { timeout: 10_000 })
    .toBe(true);
  tcpdump.kill('SIGINT');
  await within(10_000, 'tcpdump to end', once(tcpdump, 'close'));
  return file;
}

/** `dns.time` of each answer by tshark, in µs, in the order of the frames. */
function tsharkTimes(file: string, port: number): { frame: number; us: number }[] {
  const fields = ['-T', 'fields', '-e', 'frame.number', '-e', 'dns.time'];
  const decode = ['-d', `udp.port==${port},dns`, '-d', `tcp.port==${port},dns`];
  const text = execFileSync('tshark', ['-r', file, ...decode, '-Y', 'dns.time', ...fields], {
    encoding: 'utf8',
  });
  return text
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([frame, seconds]) => ({ frame: Number(frame), us: Number(seconds) * 1e6 }));
}

describe('DNS between a resolver and a server', () => {
  it('has the times that tshark finds in a capture of it', async () => {
    const { port } = await startDnsServer();
    const file = await captured(port, async () => {
      const resolver = new Resolver({ timeout: 200, tries: 2 });
      resolver.setServers([`127.0.0.1:${port}`]);
      const names = [
        'www.example',
        'slow.example',
        'nowhere.example',
        'broken.example',
        'big.example',
        'silent.example',
      ];
      await Promise.allSettled(names.map((name) => resolver.resolve4(name)));
      await resolver.resolveMx('mail.example');
    });
    const frames = readPcap(file).filter(({ payload }) => payload.length > 11);
    const events: { flow: string; event: QueryEvent }[] = [];
    observeAll(frames, port, (flow, event) => events.push({ flow, event }));
    const found = pairs(events);
    const names = found.map(
      ({ statement, end }) => `${statement} ${end.error?.code ?? end.status} ${end.rows ?? '-'}`,
    );
    expect([...new Set(names)].sort()).toEqual([
      'big.example NOERROR 0',
      'big.example NOERROR 40',
      'broken.example SERVFAIL 0',
      'mail.example NOERROR 1',
      'nowhere.example NXDOMAIN 0',
      'silent.example no-answer -',
      'slow.example NOERROR 2',
      'www.example NOERROR 2',
    ]);
    const byTshark = tsharkTimes(file, port);
    const answered = found.filter(({ end }) => end.error?.code !== 'no-answer');
    expect(byTshark).toHaveLength(answered.length);
    const times = (all: readonly number[]): number[] => [...all].sort((a, b) => a - b);
    const theirs = times(byTshark.map(({ us }) => us));
    for (const [at, us] of times(answered.map(({ us: own }) => own)).entries())
      expect(Math.abs(us - theirs[at]!)).toBeLessThanOrEqual(1);
    expect(lines(events.map(({ event }) => event)).filter((line) => line.startsWith('!'))).toEqual([]);
  });
});

/** Each conversation of the capture, by an observer of its own. */
function observeAll(
  frames: readonly PcapFrame[],
  port: number,
  tell: (flow: string, event: QueryEvent) => void,
): void {
  const flows = new Map<string, PcapFrame[]>();
  for (const frame of frames) {
    const flow = `${frame.transport} ${frame.destinationPort === port ? frame.sourcePort : frame.destinationPort}`;
    flows.set(flow, [...(flows.get(flow) ?? []), frame]);
  }
  for (const [flow, all] of flows) {
    const events: QueryEvent[] = [];
    const emit = (event: QueryEvent): void => {
      events.push(event);
      tell(flow, event);
    };
    const senderOf = ({ destinationPort }: PcapFrame): 'client' | 'server' =>
      destinationPort === port ? 'client' : 'server';
    const lastUs = all.at(-1)!.atUs;
    if (flow.startsWith('udp')) {
      const observer = createDnsObserver(nodePlatform, emit);
      for (const frame of all) observer.datagram(senderOf(frame), frame.payload, frame.atUs);
      observer.end(lastUs);
    } else {
      const observer = createDnsStreamObserver(nodePlatform, emit);
      for (const { frame, bytes } of tcpStreams(all)) observer.bytes(senderOf(frame), bytes, frame.atUs);
      for (const sender of ['client', 'server'] as const) observer.end(sender, 'fin', lastUs);
    }
    expect(queryBreach(events)).toBeNull();
  }
}

function pairs(
  events: readonly { flow: string; event: QueryEvent }[],
): { statement: string; us: number; end: Extract<QueryEvent, { type: 'answer-end' }> }[] {
  return events.flatMap(({ flow, event }) => {
    if (event.type !== 'question') return [];
    const end = events.find(
      (other) =>
        other.flow === flow && other.event.type === 'answer-end' && other.event.question === event.question,
    )!.event as Extract<QueryEvent, { type: 'answer-end' }>;
    return [{ statement: event.statement, us: end.atUs - event.atUs, end }];
  });
}
