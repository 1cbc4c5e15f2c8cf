import { describe, expect, it } from 'vitest';
import { legEnds } from '../../renderer/format/leg-ends.ts';
import { conversationRecord } from '../support/records.ts';

const told = (...given: Parameters<typeof legEnds>): Record<string, string | null> =>
  Object.fromEntries(legEnds(...given).map(({ name, value }) => [name, value]));
const proxied = { port: 443, tier: 'proxy' } as const;
const server = {
  ...{ localAddress: '192.168.1.20', localPort: 52_003, hostName: 'live.test' },
  ...{ remoteAddress: '203.0.113.44', remotePort: 443 },
};

describe('the ends of a leg', () => {
  it('are the server with its address, and the name that was looked up', () => {
    expect(told(conversationRecord(server), proxied)).toEqual({
      Server: '203.0.113.44:443',
      Plumbline: '192.168.1.20:52003',
      'Name looked up': 'live.test',
    });
  });

  it('are the upstream proxy with its address, and the server by its name', () => {
    const leg = { ...server, remoteAddress: '10.1.0.9', remotePort: 3128, via: 'http://proxy.test:3128' };
    expect(told(conversationRecord(leg), proxied)).toEqual({
      Server: 'live.test:443',
      'Upstream proxy': 'http://proxy.test:3128',
      'Proxy address': '10.1.0.9:3128',
      Plumbline: '192.168.1.20:52003',
    });
  });

  it('are the application and us on the client leg', () => {
    const leg = { localAddress: '::1', localPort: 8888, remoteAddress: '::1', hostName: null };
    expect(told(conversationRecord({ ...leg, role: 'client', remotePort: 51_000 }), proxied)).toEqual({
      Application: '[::1]:51000',
      Plumbline: '[::1]:8888',
    });
  });

  it('are both machines where packets were read', () => {
    expect(told(conversationRecord(server), { port: 443, tier: 'packets' })).toMatchObject({
      Server: '203.0.113.44:443',
      Client: '192.168.1.20:52003',
    });
  });

  it('have no address where none was reached', () => {
    const leg = { ...server, localAddress: '', remoteAddress: '', via: 'socks5://proxy.test:1080' };
    expect(told(conversationRecord(leg), proxied)).toMatchObject({ 'Proxy address': null, Plumbline: null });
  });
});
