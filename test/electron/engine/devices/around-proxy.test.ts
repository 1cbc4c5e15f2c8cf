import { describe, expect, it } from 'vitest';
import type { ConversationRow } from '../../../../core/contract/packets.ts';
import { aroundProxyOf } from '../../../../electron/engine/devices/around-proxy.ts';

const none = { a: 0, b: 0 };

function conversation(more: Partial<ConversationRow>): ConversationRow {
  return {
    ...{ id: 1, protocol: 'udp', application: 'quic', addressA: '192.168.1.20', portA: 50_000 },
    ...{ addressB: '203.0.113.9', portB: 443, nameA: null, nameB: 'video.test', packets: { a: 3, b: 4 } },
    ...{ bytes: none, startedAtUs: 100, endedAtUs: 200, firstPacket: 1, lastPacket: 7, handshakeUs: null },
    ...{ rttUs: null, retransmissions: none, duplicateAcks: none, outOfOrder: none, zeroWindowUs: none },
    ...{ missingBytes: none, resets: 0, mss: { a: null, b: null }, troubles: 0, leg: null, exchanges: 0 },
    ...{ locked: null, ...more },
  };
}

describe('HTTP/3 around the proxy', () => {
  const of = (...all: readonly ConversationRow[]): unknown => aroundProxyOf(all, '192.168.1.20', 150);

  it('is a conversation of the device with UDP port 443 that was answered, the newest one', () => {
    expect(of(conversation({}))).toEqual({ host: 'video.test', atUs: 200 });
    expect(of(conversation({ nameB: null }))).toEqual({ host: '203.0.113.9', atUs: 200 });
    const turned = {
      ...{ addressA: '203.0.113.7', portA: 443, nameA: 'api.test', nameB: null },
      ...{ addressB: '192.168.1.20', portB: 50_001, endedAtUs: 300 },
    };
    expect(of(conversation({}), conversation(turned))).toEqual({ host: 'api.test', atUs: 300 });
  });

  it('is nothing else', () => {
    expect(of()).toBeNull();
    expect(of(conversation({ protocol: 'tcp' }))).toBeNull();
    expect(of(conversation({ portB: 53 }))).toBeNull();
    expect(of(conversation({ addressA: '192.168.1.21' }))).toBeNull();
    expect(of(conversation({ packets: { a: 3, b: 0 } }))).toBeNull();
    expect(of(conversation({ endedAtUs: 149 }))).toBeNull();
  });
});
