import { Command, InvalidArgumentError, Option } from 'commander';
import type { BodySide } from '../../core/model/exchange-record.ts';
import { authorityFormats, type AuthorityFormat } from '../../core/contract/authority.ts';
import { engineVersion } from '../engine/version.ts';
import type { CaptureCommandOptions } from './capture.ts';
import type { CaImportOptions } from './ca.ts';
import type { CommonOptions } from './common.ts';
import type { PacketListOptions } from './packets.ts';
import { printError } from './output.ts';
import type { RecordOptions } from './record.ts';
import type { RunOptions } from './run.ts';
import type { ServeOptions } from './serve.ts';
import type { ExportOptions, ImportOptions } from './transfer.ts';

const nodeMajor = Number(process.versions.node.split('.')[0]);
if (nodeMajor < 22) {
  printError(`Node ${process.versions.node} is too old: Plumbline needs Node 22 or newer.`);
  process.exit(1);
}
/** Name lookups, signatures and compression share libuv's pool: four threads let one slow lookup delay them all. */
process.env['UV_THREADPOOL_SIZE'] ??= '64';
process.stdout.on('error', () => undefined);

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Give a number of seconds above 0.');
  return value;
};
const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Give the number of an exchange.');
  return value;
};
const portNumber = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('Give a port; 0 picks a free one.');
  return value;
};
const processNumber = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,10}$/.test(text) || value < 1) throw new InvalidArgumentError('Give the number of a process.');
  return value;
};
const snapLength = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value > 262_144)
    throw new InvalidArgumentError('Give a number of bytes up to 262144; 0 for all of a packet.');
  return value;
};
const megabytes = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('Give a number of megabytes above 0.');
  return value;
};
const backupNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Give the number of an earlier CA.');
  return value;
};
const repeated = (flags: string, description: string): Option =>
  new Option(flags, description).argParser(collect).default([], 'none');
/** commander takes `--no-…` for the negation of another option; this one has a value of its own. */
const noUpstream = (): Option => {
  const option = repeated('--no-upstream <host>', 'reach this host without an upstream proxy');
  option.negate = false;
  return option;
};
const upstreamOptions = (command: Command): Command =>
  command
    .option(
      '--upstream <url>',
      'upstream proxy: http://user:password@host:port, https://, socks4://, socks5:// …',
    )
    .option('--upstream-pac <file or URL>', 'ask this PAC which upstream proxy to use')
    .addOption(noUpstream())
    .addOption(
      repeated('--resolve <host[:port]=address[:port]>', 'go to this address instead of looking the host up'),
    );
const dataDir = (): Option =>
  new Option('--data-dir <dir>', 'where the CA and settings live (or PLUMBLINE_DATA_DIR)');

const keyLog = (): Option =>
  new Option('--keylog <file>', 'secrets for the TLS of a capture (SSLKEYLOGFILE)');

/** What holds for servers, and where all that lives. */
const serverOptions = (command: Command): Command =>
  command
    .addOption(repeated('--upstream-ca <pem>', 'trust the certificates in this file for servers, too'))
    .addOption(repeated('--insecure-host <host>', 'accept any certificate of this host'))
    .addOption(repeated('--pass-through <host>', 'do not read connections to this host'))
    .addOption(
      repeated(
        '--client-cert <host=cert,key>',
        'show this certificate to the host when it asks for one (PEM and its key, or PKCS#12)',
      ),
    )
    .addOption(dataDir());

const listening = (command: Command): Command =>
  command
    .addOption(
      repeated(
        '--reverse <listen=upstream>',
        'listen for a server, such as 9000=http://127.0.0.1:9001; also https://, tcp:// and tls://',
      ),
    )
    .option('--rewrite-host', 'give requests through --reverse the upstream as their Host')
    .option('--any-device', 'let devices on the network use the proxy without being paired')
    .option('--proxy-auth <user:password>', 'ask for this user and password at the proxy')
    .option(
      '--proxy-auth-file <file>',
      'the same from the first line of a file, so that no list of processes shows it',
    );

const program = new Command('plumbline')
  .description('Finds where the time goes in a network request.')
  .version(engineVersion)
  .enablePositionalOptions()
  .configureOutput({
    outputError: (text) => {
      const line = text
        .replace(/^error: /, '')
        .trim()
        .replaceAll('\n', ' ');
      printError(`${line} (plumbline --help lists the commands)`);
    },
  });

upstreamOptions(serverOptions(listening(program.command('record'))))
  .description('record the traffic through a proxy into a session file')
  .requiredOption('--session <file>', 'session file to write; made if it is not there')
  .option('--proxy <host:port>', 'address to listen on; port 0 picks a free one', '127.0.0.1:8888')
  .option('--for <seconds>', 'stop by itself after this time', seconds)
  .option('--handshake-timeout <seconds>', 'give a TLS handshake up after this time (default: 30)', seconds)
  .option(
    '--transparent <port>',
    'also take connections that rules of this machine redirect (Linux)',
    portNumber,
  )
  .option(
    '--for-traffic <whose>',
    'whose: this-machine, forwarded, user:UID or cgroup:PATH (default: this-machine)',
  )
  .addOption(repeated('--exclude <network>', 'leave this address or network alone, such as 10.0.0.0/8'))
  .option('--keep-quic', 'do not refuse UDP port 443: HTTP/3 then passes unseen')
  .option('--packets <interface>', 'also capture the packets of this interface, or any')
  .option('--packet-filter <expression>', 'only these packets, such as "tcp port 443" (pcap-filter)', '')
  .option('--stats', 'say in the last line how long the event loop was held up')
  .action(async (options: RecordOptions) => (await import('./record.ts')).record(options));

upstreamOptions(serverOptions(program.command('run')))
  .description('run a program and record its connections, even if it ignores proxies (Linux)')
  .argument('<program>', 'what to run; its own options come behind --')
  .argument('[args...]', 'its arguments')
  .requiredOption('--session <file>', 'session file to write; made if it is not there')
  .option('--proxy <host:port>', 'address of the proxy beside it; port 0 picks a free one', '127.0.0.1:0')
  .option('--handshake-timeout <seconds>', 'give a TLS handshake up after this time (default: 30)', seconds)
  .option('--same-network', 'keep it in the network of this machine, so that it can be reached (takes root)')
  .passThroughOptions()
  .action(async (name: string, args: string[], options: RunOptions) =>
    (await import('./run.ts')).run(name, args, options),
  );

const capturing = program
  .command('capture')
  .description('capture packets into a session file')
  .option('--session <file>', 'session file to write; made if it is not there')
  .option('--interface <name>', 'interface to capture on, or any (default: any)')
  .option('--filter <expression>', 'only these packets, such as "tcp port 443" (pcap-filter)', '')
  .option('--snaplen <bytes>', 'keep so much of each packet; 0 for all of it', snapLength, 0)
  .option('--ssh <host>', 'capture on another machine, by its tcpdump')
  .option('--pid <number>', 'capture in the network of a process (takes root)', processNumber)
  .option('--container <name>', 'capture in the network of a container of docker or podman (takes root)')
  .option('--for <seconds>', 'stop by itself after this time', seconds)
  .option('--max-mb <megabytes>', 'stop by itself after so much', megabytes)
  .option('--list', 'list the interfaces instead')
  .option('--json', 'with --list: one JSON object a line')
  .addOption(dataDir())
  .action(async (options: CaptureCommandOptions) => (await import('./capture.ts')).capture(options));
capturing
  .command('install')
  .description('install the helper that may see packets, so that it needs no root afterwards')
  .action(async () => (await import('./capture.ts')).installCapture());
capturing
  .command('uninstall')
  .description('take that helper away again')
  .action(async () => (await import('./capture.ts')).uninstallCapture());

program
  .command('exchanges')
  .description('list the exchanges of a session file or of a capture')
  .argument('<file>', 'session file or capture (pcap, pcapng)')
  .option('--json', 'one JSON object a line')
  .option('--filter <text>', 'only those that match, such as "status:>=400 host:api" (docs/filter.md)')
  .addOption(keyLog())
  .addOption(dataDir())
  .action(async (file: string, options: { json?: boolean; filter?: string; keylog?: string }) =>
    (await import('./read.ts')).listExchanges(file, options),
  );

program
  .command('body')
  .description('write the body of one exchange to standard output')
  .argument('<file>', 'session file')
  .argument('<id>', 'number of the exchange', positive)
  .argument('<side>', 'request or response')
  .option('--decoded', 'undo gzip, deflate, br or zstd')
  .addOption(dataDir())
  .action(async (file: string, id: number, side: string, options: { decoded?: boolean }) => {
    if (side !== 'request' && side !== 'response') {
      printError(`"${side}" is neither request nor response.`);
      process.exitCode = 1;
      return;
    }
    await (await import('./read.ts')).printBody(file, id, side satisfies BodySide, options);
  });

program
  .command('keylog')
  .description('print the TLS keys of the recorded connections, for Wireshark and others (SSLKEYLOGFILE)')
  .argument('<file>', 'session file')
  .option('--filter <text>', 'only connections of exchanges that match, such as "host:api" (docs/filter.md)')
  .addOption(dataDir())
  .action(async (file: string, options: { filter?: string }) =>
    (await import('./read.ts')).printKeyLog(file, options),
  );

program
  .command('messages')
  .description('print the messages inside a WebSocket, an event stream or a gRPC call')
  .argument('<file>', 'session file')
  .argument('<id>', 'number of the exchange', positive)
  .option('--json', 'one JSON object a line')
  .addOption(dataDir())
  .action(async (file: string, id: number, options: { json?: boolean }) =>
    (await import('./messages.ts')).printMessages(file, id, options),
  );

program
  .command('packets')
  .description('list captured packets')
  .argument('<file>', 'session file or capture (pcap, pcapng)')
  .option('--json', 'one JSON object a line')
  .option('--filter <text>', 'a display filter, such as tcp.port == 443')
  .option('--exchange <id>', 'those that carried this exchange', positive)
  .option('--conversation <id>', 'those of this conversation', positive)
  .addOption(keyLog())
  .addOption(dataDir())
  .action(async (file: string, options: PacketListOptions) =>
    (await import('./packets.ts')).printPackets(file, options),
  );

program
  .command('conversations')
  .description('list the conversations of captured packets')
  .argument('<file>', 'session file or capture (pcap, pcapng)')
  .option('--json', 'one JSON object a line')
  .addOption(keyLog())
  .addOption(dataDir())
  .action(async (file: string, options: { json?: boolean; keylog?: string }) =>
    (await import('./packets.ts')).printConversations(file, options),
  );

program
  .command('import')
  .description('read a HAR, SAZ, mitmproxy flow or capture file (pcap, pcapng) into a new session file')
  .argument('<file>', 'file to read; its content decides what it is')
  .requiredOption('--session <file>', 'session file to make; it must not be there')
  .option('--password <text>', 'of a protected SAZ archive')
  .addOption(keyLog())
  .addOption(dataDir())
  .action(async (file: string, options: ImportOptions) =>
    (await import('./transfer.ts')).importInto(file, options),
  );

program
  .command('export')
  .description('write the exchanges of a session file into a file for other programs')
  .argument('<file>', 'session file')
  .requiredOption('--to <format>', 'har, saz, curl, curl-cmd, powershell or raw')
  .requiredOption('--out <file>', 'file to write')
  .option('--filter <expression>', 'only exchanges that match, such as "status:>=400 host:api"')
  .option('--redact', 'replace credentials by [redacted]', true)
  .option('--no-redact', 'keep credentials')
  .option('--force', 'replace the file if it is there')
  .option('--password <text>', 'protect a SAZ archive with AES-256')
  .addOption(dataDir())
  .action(async (file: string, options: ExportOptions) =>
    (await import('./transfer.ts')).exportFrom(file, options),
  );

program
  .command('snippet')
  .description('print the request of one exchange as something to run')
  .argument('<file>', 'session file')
  .argument('<id>', 'number of the exchange', positive)
  .requiredOption('--as <kind>', 'curl, curl-cmd, fetch, node-fetch, python, go, powershell or raw')
  .addOption(dataDir())
  .action(async (file: string, id: number, options: { as: string }) =>
    (await import('./transfer.ts')).printSnippet(file, id, options),
  );

upstreamOptions(serverOptions(listening(program.command('serve'))))
  .description('open the window in a browser instead of on the desktop')
  .option('--listen <host:port>', 'loopback address of the window; port 0 picks a free one', '127.0.0.1:0')
  .option('--proxy <host:port>', 'address of the proxy (default: as last set, else 127.0.0.1:8888)')
  .option('--session <file>', 'session file to record into (default: a new one in the data folder)')
  .action(async (options: ServeOptions) => (await import('./serve.ts')).serve(options));

const ca = program.command('ca').description('show, export, replace or import the certificate authority');
const passwordFile = (): Option =>
  new Option('--password-file <file>', 'file whose first line is the password of the key');
ca.command('show')
  .description('print subject, fingerprint, validity and file')
  .addOption(dataDir())
  .action(async (options: CommonOptions) => (await import('./ca.ts')).showCa(options));
ca.command('export')
  .description('write the certificate (pem, der), or the private key too (key-pem, pkcs12)')
  .addOption(new Option('--format <format>', 'what to write').choices(authorityFormats).default('pem'))
  .option('--out <file>', 'new file to write; standard output without it')
  .addOption(passwordFile())
  .addOption(dataDir())
  .action(async (options: CaImportOptions & { format: AuthorityFormat; out?: string }) =>
    (await import('./ca.ts')).exportCa(options),
  );
ca.command('import')
  .description('use a CA of your own; the present one is kept')
  .argument('<certificate>', 'PEM file with the certificate')
  .argument('<key>', 'PEM file with its private key')
  .addOption(passwordFile())
  .addOption(dataDir())
  .action(async (certificate: string, key: string, options: CaImportOptions) =>
    (await import('./ca.ts')).importCa(certificate, key, options),
  );
ca.command('rotate')
  .description('make a new CA; the present one is kept')
  .option('--rsa', 'with an RSA key, for old devices')
  .addOption(dataDir())
  .action(async (options: CommonOptions & { rsa?: boolean }) =>
    (await import('./ca.ts')).rotateCa(options.rsa === true ? 'rsa' : 'ec', options),
  );
ca.command('reset')
  .description('go back to a fresh CA of the usual kind; the present one is kept')
  .addOption(dataDir())
  .action(async (options: CommonOptions) => (await import('./ca.ts')).rotateCa('ec', options));
ca.command('restore')
  .description('use an earlier CA again; the present one is kept')
  .argument('<number>', 'its number in "ca show"', backupNumber)
  .addOption(dataDir())
  .action(async (number: number, options: CommonOptions) =>
    (await import('./ca.ts')).restoreCa(number, options),
  );

try {
  await program.parseAsync();
} catch (error) {
  printError(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
