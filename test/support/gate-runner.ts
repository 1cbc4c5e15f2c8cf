/** What devices in a network reach of the program, tried with real ones: started in a namespace of its own, it prints what it saw as one JSON line. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestAuthority } from './certificates.ts';
import { computerAddress, makeNetwork, makePhone, serve, type Phone } from './phone-lab.ts';
import { root } from './program.ts';
import { within } from './within.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-gate-'));
const seen: Record<string, unknown> = {};
const phones: Phone[] = [];

/** A client that holds a tunnel open, and says when it ended. */
const holdsTunnel = `
  import { connect } from 'node:net';
  const [host, port, target] = process.argv.slice(1);
  const socket = connect(Number(port), host);
  socket.on('error', () => undefined);
  socket.write('CONNECT ' + target + ' HTTP/1.1\\r\\nHost: ' + target + '\\r\\n\\r\\n');
  socket.once('data', (chunk) => console.log('open ' + String(chunk).split(' ')[1]));
  socket.once('close', () => console.log('closed ' + Date.now()));`;

async function main(): Promise<void> {
  makeNetwork();
  const authority = await createTestAuthority();
  let hits = 0;
  const answer = (_request: unknown, response: { end: (text: string) => void }): void => {
    hits += 1;
    response.end('from the origin');
  };
  const leaf = await authority.pemFor(['origin.test']);
  const plain = createServer(answer).listen(0, '127.0.0.1');
  const secure = createSecureServer(leaf, answer).listen(0, '127.0.0.1');
  await Promise.all([once(plain, 'listening'), once(secure, 'listening')]);
  const plainUrl = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/`;
  const securePort = (secure.address() as AddressInfo).port;
  const caFile = path.join(folder, 'upstream.pem');
  writeFileSync(caFile, authority.certificatePem);
  const dataDir = path.join(folder, 'data');
  const args = ['--upstream-ca', caFile, '--resolve', 'origin.test=127.0.0.1'];

  const [mine, other] = [await makePhone(20), await makePhone(21)];
  phones.push(mine, other);
  const curl = (phone: Phone, ...more: readonly string[]): ReturnType<Phone['run']> =>
    phone.run('curl', '-q', '-sS', '--max-time', '8', '--noproxy', '', '-w', '\n%{http_code}', ...more);
  const lastLine = ({ output }: { output: string }): string => output.trim().split('\n').at(-1) ?? '';

  let served = await serve(dataDir, args);
  const main = ((await served.call('recording', 'state')) as { listener: string }).listener;
  const port = main.split(':')[1] ?? '';
  seen['closed before'] = (await curl(mine, `http://${computerAddress}:${port}/`)).code;

  const begun = await served.devices('beginPairing');
  const lan = begun.listener ?? '';
  const proxy = `http://${lan}`;
  const url = begun.pairing?.url ?? '';
  seen['begun'] = {
    lan,
    port,
    url,
    chosen: begun.chosen,
    networks: begun.networks,
    code: begun.pairing?.code,
  };

  const page = await curl(mine, `${proxy}/`);
  seen['stranger page'] = { status: lastLine(page), text: page.output };
  seen['stranger paths'] = await Promise.all(
    ['/plumbline-ca.crt', '/proxy.pac', '/status.json', '/anything?x', '/pair'].map(async (place) => {
      const got = await curl(mine, `${proxy}${place}`);
      return [place, lastLine(got), got.output.includes('Pair this device')];
    }),
  );
  seen['stranger proxied'] = lastLine(await curl(mine, '-x', proxy, plainUrl));
  seen['stranger portal by name'] = (
    await curl(mine, '-x', proxy, 'http://plumbline.test/plumbline-ca.pem')
  ).output;
  seen['stranger tunnel'] = (await curl(mine, '-x', proxy, '-p', plainUrl)).output;
  seen['stranger socks'] = (await curl(mine, '-x', `socks5h://${lan}`, plainUrl)).code;
  seen['stranger tls'] = (await curl(mine, '-k', '-x', `https://${lan}`, '--proxy-insecure', plainUrl)).code;
  seen['stranger post'] = lastLine(await curl(mine, '-d', 'a=b', `${proxy}/`));
  seen['door from the network'] = (await curl(mine, `http://${computerAddress}:${served.doorPort}/`)).code;
  seen['main from the network'] = lan === main ? 'same' : 'apart';
  const wrong: string[] = [];
  for (let tries = 0; tries < 12; tries += 1)
    wrong.push(lastLine(await curl(other, `${proxy}/pair/0000000${tries % 10}`)));
  seen['wrong codes'] = wrong;
  seen['right code after too many'] = lastLine(await curl(other, url));
  seen['hits of strangers'] = hits;
  const knocked = await served.until('both strangers', ({ strangers }) => strangers.length === 2);
  seen['strangers'] = knocked.strangers.map(({ address, hasWrongCode, usesProxy }) => [
    address,
    hasWrongCode,
    usesProxy,
  ]);

  const fuzz = async (phone: Phone, ...forbidden: readonly string[]): Promise<unknown> => {
    const script = path.join(root, 'test/support/fuzz-phone.ts');
    const [at = '', to = ''] = lan.split(':');
    const args = [at, to, '5000', '7', `127.0.0.1:${served.doorPort}`, ...forbidden];
    return JSON.parse((await phone.run(process.execPath, '--no-warnings', script, ...args)).output);
  };
  const secrets = ['PRIVATE KEY', dataDir, new URL(served.windowUrl).searchParams.get('token') ?? ''];
  const publicFacts = ['BEGIN CERTIFICATE', 'SHA-256', 'FindProxyForURL', 'com.apple.security', 'diagnosis'];
  seen['fuzzed by a stranger'] = await fuzz(other, ...secrets, ...publicFacts, 'from the origin');
  seen['hits after that'] = hits;

  const agent =
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36';
  const paired = await curl(mine, '-L', '-A', agent, url);
  seen['paired page'] = { status: lastLine(paired), text: paired.output };
  const [device] = (await served.until('a device', ({ devices }) => devices.length === 1)).devices;
  seen['device'] = device;
  seen['hints end'] = (await served.devices('state')).pairing;
  seen['its icon'] = lastLine(await curl(mine, `${proxy}/favicon.ico`));
  const noProxy = await served.until(
    'no proxy',
    ({ devices }) => devices[0]?.checks[1]?.diagnosis === 'no-proxy',
  );
  seen['no proxy'] = noProxy.devices[0]?.checks;
  seen['status for the phone'] = (await curl(mine, `${proxy}/status.json`)).output.split('\n')[0];
  seen['proxied'] = lastLine(await curl(mine, '-x', proxy, plainUrl));
  seen['door through the proxy'] = (
    await curl(mine, '-x', proxy, `http://127.0.0.1:${served.doorPort}/`)
  ).output;
  seen['proxy through itself'] = (
    await curl(mine, '-x', proxy, `http://${lan}/nothing-of-the-portal`)
  ).output;
  seen['probe without the CA'] = (await curl(mine, '-x', proxy, 'https://plumbline.test/trusted.svg')).code;
  const refused = await served.until(
    'a refusal',
    ({ devices }) => devices[0]?.checks[2]?.state === 'problem',
  );
  seen['refused'] = refused.devices[0]?.checks;
  const ca = path.join(folder, 'ca.pem');
  writeFileSync(
    ca,
    (await curl(mine, '-w', '', '-x', proxy, 'http://plumbline.test/plumbline-ca.pem')).output,
  );
  const untrusted = await served.until(
    'another refusal',
    ({ devices }) => devices[0]?.checks[2]?.diagnosis === 'ca-not-trusted',
  );
  seen['untrusted'] = untrusted.devices[0]?.checks[2]?.diagnosis;
  seen['probe with the CA'] = lastLine(
    await curl(mine, '-x', proxy, '--cacert', ca, 'https://plumbline.test/trusted.svg'),
  );
  const trusted = await served.until('trust', ({ devices }) => devices[0]?.checks[2]?.state === 'done');
  seen['trusted'] = trusted.devices[0]?.checks;
  const capturing = served.untilTold('capture', ({ state }) => state === 'running');
  await served.call('capture', 'start', {
    source: { kind: 'interface', name: 'wlan0' },
    filter: 'udp port 443',
  });
  await capturing;
  const answering = createSocket('udp4');
  answering.on('message', (_bytes, { port: from, address }) => answering.send('answer', from, address));
  answering.bind(443, computerAddress);
  await once(answering, 'listening');
  const speaks = `import { createSocket } from 'node:dgram'; const s = createSocket('udp4');
    s.on('message', () => process.exit(0)); s.send('hello', 443, '${computerAddress}');`;
  seen['spoke'] = (await mine.run(process.execPath, '--input-type=module', '-e', speaks)).code;
  const around = await served.until(
    'HTTP/3',
    ({ devices }) => devices[0]?.checks[3]?.diagnosis === 'around-proxy',
  );
  seen['around the proxy'] = around.devices[0]?.checks[3];
  answering.close();
  const secureUrl = `https://origin.test:${securePort}/`;
  seen['pinned'] = (await curl(mine, '-x', proxy, secureUrl)).code;
  const pinned = await served.until(
    'the pin',
    ({ devices }) => devices[0]?.checks[3]?.diagnosis === 'pinned',
  );
  seen['pinned check'] = pinned.devices[0]?.checks[3];
  seen['decrypted'] = lastLine(await curl(mine, '-x', proxy, '--cacert', ca, secureUrl));
  const all = await served.until(
    'all four',
    ({ devices }) => devices[0]?.checks.every(({ state }) => state === 'done') === true,
  );
  seen['all'] = all.devices[0]?.checks.map(({ state, diagnosis }) => [state, diagnosis]);

  seen['fuzzed by a paired device'] = await fuzz(mine, ...secrets);
  seen['answers after that'] = lastLine(await curl(mine, '-x', proxy, plainUrl));

  await served.devices('rename', { id: device?.id ?? '', name: 'My Pixel' });
  seen['by socks'] = lastLine(await curl(mine, '-x', `socks5h://${lan}`, plainUrl));
  seen['probe by socks'] = lastLine(
    await curl(mine, '-x', `socks5h://${lan}`, '--cacert', ca, 'https://plumbline.test/trusted.svg'),
  );
  seen['other still a stranger'] = lastLine(await curl(other, '-x', proxy, plainUrl));
  await served.devices('endPairing');
  seen['old code'] = (await curl(other, url)).output.includes('Nobody is adding a phone');
  // It is written to the session a moment after it was answered.
  const wanted = { sessionId: 1, filter: 'device:"My Pixel"', sort: { column: 'id', descending: false } };
  const untilMs = Date.now() + 10_000;
  for (let count = 0; count === 0 && Date.now() < untilMs; seen['filtered'] = count) {
    const view = (await served.call('exchanges', 'openView', wanted)) as { viewId: number; count: number };
    await served.call('exchanges', 'closeView', { viewId: view.viewId });
    ({ count } = view);
  }

  await served.close();
  served = await serve(dataDir, args);
  const again = await served.until('the listener', ({ listener }) => listener !== null);
  seen['listener after a restart'] = again.listener === lan;
  seen['device after a restart'] = again.devices.map(({ name, address }) => [name, address]);
  seen['proxied after a restart'] = lastLine(await curl(mine, '-x', proxy, plainUrl));
  seen['other after a restart'] = lastLine(await curl(other, '-x', proxy, plainUrl));

  // The computer comes to another network: nothing is opened there before its phone scans again.
  await served.close();
  const file = path.join(dataDir, 'devices.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), known: [] }));
  served = await serve(dataDir, args);
  const apart = await served.devices('state');
  seen['in another network'] = [apart.listener, apart.problem];
  const scanned = (await served.devices('beginPairing')).pairing;
  seen['scanned again'] = lastLine(await curl(mine, scanned?.url ?? ''));
  await served.until('the phone', ({ pairing }) => pairing?.paired === device?.id);
  seen['open there'] = (await served.devices('endPairing')).listener === lan;

  // Whoever takes the address of a device is not that device; the device is known wherever it goes.
  const move = async (phone: Phone, hardware: string, host: number): Promise<void> => {
    for (const command of [
      ['ip', 'link', 'set', 'eth0', 'address', hardware],
      ['ip', 'addr', 'flush', 'dev', 'eth0'],
      ['ip', 'addr', 'add', `192.168.77.${host}/24`, 'dev', 'eth0'],
      ['ip', 'neigh', 'flush', 'all'],
    ])
      await phone.run(...command);
    execFileSync('ip', ['neigh', 'flush', 'all']);
  };
  await move(mine, '02:00:00:00:77:14', 30);
  seen['moved'] = lastLine(await curl(mine, '-x', proxy, plainUrl));
  await move(other, '02:00:00:00:77:15', 20);
  seen['its old address'] = lastLine(await curl(other, '-x', proxy, plainUrl));

  const [lanHost = '', lanPort = ''] = lan.split(':');
  const held = spawn(
    'nsenter',
    [
      '-t',
      String(mine.pid),
      '-n',
      process.execPath,
      '--input-type=module',
      '-e',
      holdsTunnel,
      lanHost,
      lanPort,
      `127.0.0.1:${(plain.address() as AddressInfo).port}`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  const says = (wanted: RegExp): Promise<RegExpExecArray> =>
    within(
      10_000,
      String(wanted),
      new Promise((resolve) => {
        const look = (): void => {
          const match = wanted.exec(said);
          if (match !== null) resolve(match);
        };
        held.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          look();
        });
        look();
      }),
    );
  seen['tunnel'] = (await says(/open (\d+)/))[1];
  const removedAt = Date.now();
  const closed = says(/closed (\d+)/);
  await served.devices('remove', { id: device?.id ?? '' });
  seen['cut after ms'] = Number((await closed)[1]) - removedAt;
  const left = await served.devices('state');
  seen['after removal'] = { listener: left.listener, devices: left.devices.length, former: left.former };
  seen['refused after removal'] = (await curl(mine, '-x', proxy, plainUrl)).code;
  const reopened = await served.devices('beginPairing');
  seen['former is a stranger'] = lastLine(
    await curl(mine, '-x', `http://${reopened.listener ?? ''}`, plainUrl),
  );
  seen['former'] = (
    await served.until('what is left', ({ former }) => former[0]?.usesProxy === true)
  ).former.length;
  const third = await makePhone(22);
  phones.push(third);
  const there = ['-x', `http://${reopened.listener ?? ''}`] as const;
  const shown = (await curl(third, ...there, plainUrl)).output;
  const form = /action="([^"]+)"/.exec(shown)?.[1] ?? '';
  seen['form on the page of another site'] = form;
  seen['paired by it'] = lastLine(
    await curl(third, ...there, `${form}?code=${reopened.pairing?.code ?? ''}`),
  );
  seen['served then'] = lastLine(await curl(third, ...there, plainUrl));
  await served.devices('allow', { address: '192.168.77.30' });
  seen['allowed'] = lastLine(await curl(mine, '-x', `http://${reopened.listener ?? ''}`, plainUrl));
  seen['none left over'] = (await served.devices('state')).former.length;
  await served.close();

  served = await serve(dataDir, [...args, '--proxy-auth', 'me:secret']);
  const guarded = (await served.until('the listener', ({ listener }) => listener !== null)).listener ?? '';
  seen['password missing'] = lastLine(await curl(other, '-x', `http://${guarded}`, plainUrl));
  seen['password wrong'] = lastLine(await curl(other, '-x', `http://me:wrong@${guarded}`, plainUrl));
  seen['password right'] = lastLine(await curl(other, '-x', `http://me:secret@${guarded}`, plainUrl));
  seen['password right by socks'] = lastLine(
    await curl(other, '-x', `socks5h://me:secret@${guarded}`, plainUrl),
  );
  seen['paired needs none'] = lastLine(await curl(mine, '-x', `http://${guarded}`, plainUrl));
  seen['stranger beside a password'] = (await curl(other, `http://${guarded}/`)).output.includes(
    'Pair this device',
  );
  await served.close();
}

try {
  await main();
} catch (error) {
  seen['error'] = error instanceof Error ? (error.stack ?? error.message) : String(error);
}
for (const phone of phones) phone.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
process.stdout.write(`${JSON.stringify(seen)}\n`);
process.exit(0);
