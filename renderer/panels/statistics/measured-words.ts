import type { MeasuredField } from '../../../core/contract/exchanges.ts';

interface MeasuredWords {
  readonly name: string;
  readonly meaning: string;
}

export const measuredWords: Readonly<Record<MeasuredField, MeasuredWords>> = {
  time: { name: 'Time', meaning: 'From the first request byte to the last response byte delivered.' },
  wait: {
    name: 'Wait',
    meaning:
      'From the last request byte sent to the first response byte: the server at work, plus one round trip.',
  },
  dns: { name: 'DNS', meaning: 'Looking up the addresses of the host name.' },
  connect: { name: 'Connect', meaning: 'Making the connection to the server, TLS included, as in HAR.' },
  tls: { name: 'TLS', meaning: 'Agreeing on encryption with the server.' },
  send: { name: 'Send', meaning: 'Handing the request to the server.' },
  receive: { name: 'Receive', meaning: 'From the first response byte to the last.' },
  added: { name: 'Added by Plumbline', meaning: 'What Plumbline itself cost.' },
  stall: { name: 'Stall', meaning: 'One end did not take bytes, so the other had to pause.' },
  size: { name: 'Response size', meaning: 'Body bytes of the response on the wire.' },
  requestSize: { name: 'Request size', meaning: 'Body bytes of the request on the wire.' },
};
