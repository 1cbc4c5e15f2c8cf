import type { Failure } from '../../../core/model/result.ts';
import {
  createSocksDialogue,
  socksGranted,
  socksRejected,
  type SocksRejection,
  type SocksStep,
  type SocksVersion,
} from '../../../core/observers/socks.ts';
import type { Arrival } from './arrival.ts';
import type { Destination } from './destination.ts';
import type { Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';
import { serveArrival } from './serve-arrival.ts';

/** A client that begins with SOCKS, `first` being its first bytes: it is answered when the server is reached, or not. */
export function serveSocks(context: ProxyContext, client: Leg, first: Buffer, startedAtUs: number): void {
  const { raw } = client;
  const { credentials } = context;
  const dialogue = createSocksDialogue(credentials.wanted() ? credentials.accepts : null);
  const row = (destination: Destination | null, failure: Failure): void => {
    context.recorder
      .begin({
        protocol: 'tunnel',
        method: '',
        scheme: 'tcp',
        host: destination?.host ?? client.local.address,
        port: destination?.port ?? client.local.port,
        path: '',
        startedAtUs,
        clientLeg: client,
      })
      .fail(failure.code, failure.message);
  };
  const onData = (chunk: Buffer): void => {
    const step: SocksStep = dialogue.bytes(chunk);
    if (step.type !== 'refuse' && step.reply.length > 0) raw.write(step.reply);
    if (step.type === 'wait') return;
    detach();
    client.note({ way: step.version });
    if (step.type === 'refuse') {
      row(step.destination, step.failure);
      raw.end(step.reply);
      raw.resume();
      return;
    }
    raw.pause();
    client.visitor?.note({ type: 'proxied' });
    const early = step.early.length === 0 ? null : Buffer.from(step.early);
    void serveArrival(context, socksArrival(client, step.version, step.destination, early, startedAtUs));
  };
  const onEnd = (): void => {
    raw.end();
  };
  const onClose = (): void => {
    detach();
    client.note({ way: first[0] === 4 ? 'socks4' : 'socks5' });
    row(null, {
      code: 'socks-unfinished',
      message: 'The client left before it had said over SOCKS where it wants to go.',
    });
  };
  const detach = (): void => {
    raw.removeListener('data', onData);
    raw.removeListener('end', onEnd);
    raw.removeListener('close', onClose);
  };
  raw.on('data', onData);
  raw.once('end', onEnd);
  raw.once('close', onClose);
  onData(first);
}

function socksArrival(
  client: Leg,
  version: SocksVersion,
  destination: Destination,
  early: Buffer | null,
  startedAtUs: number,
): Arrival {
  const { raw } = client;
  return {
    client,
    way: version,
    destination,
    early,
    startedAtUs,
    head: null,
    confirm: ({ local }) => {
      raw.write(socksGranted(version, local.address, local.port));
    },
    refuse: (failure, systemError) => {
      raw.end(socksRejected(version, rejectionOf(failure, systemError)));
      raw.resume();
      return null;
    },
  };
}

/** The word of RFC 1928 for a failure to reach the server. */
function rejectionOf({ code }: Failure, systemError: string | null): SocksRejection {
  switch (code) {
    case 'connect-refused':
      return 'refused';
    case 'connect-timeout':
      return 'ttl-expired';
    case 'connect-unreachable':
      return systemError === 'ENETUNREACH' ? 'network-unreachable' : 'host-unreachable';
    case 'dns-failed':
      return 'host-unreachable';
    case 'own-address':
      return 'not-allowed';
    default:
      return 'general';
  }
}
