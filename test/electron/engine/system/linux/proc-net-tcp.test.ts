import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProcNetTcp } from '../../../../../electron/engine/system/linux/proc-net-tcp.ts';

const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 567 1 000000001876298a 100 0 0 10 0
   1: 0100007F:BF4A 0100007F:B735 01 00000000:00000000 00:00000000 00000000  1000        0 3057758 2 000000008920b6ae 20 0 0 10 -1
   2: 0100007F:BF4C 0100007F:B735 06 00000000:00000000 03:000016F0 00000000     0        0 0 3 0000000000000000
   3: 0100007F:BF4E 0100007F:0050 01 00000000:00000000 00:00000000 00000000  1000        0 3057799 2 000000008920b6ae 20 0 0 10 -1
`;

const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:B735 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3057757 1 000000006e3abe9a 100 0 0 10 0
   3: 0000000000000000FFFF00000100007F:BF4E 0000000000000000FFFF00000100007F:B735 01 00000000:00000000 00:00000000 00000000     0        0 3057760 2 00000000e2f7ab1d 20 0 0 10 -1
   4: 00000000000000000000000001000000:8B8A 00000000000000000000000001000000:B735 05 00000000:00000000 00:00000000 00000000     0        0 3057759 2 000000003bd491e1 20 0 0 11 -1
`;
const listener = new Set([0xb735]);

describe('/proc/net/tcp', () => {
  it('tells the sockets that are connected to the listener, and neither others nor those in TIME_WAIT', () => {
    expect(parseProcNetTcp(tcp, listener, true)).toEqual([
      { key: '127.0.0.1 48970 127.0.0.1 46901', inode: 3_057_758, uid: 1000 },
    ]);
  });

  it('tells IPv6 sockets, IPv4-mapped ones as IPv4, also those whose client has sent its last byte', () => {
    expect(parseProcNetTcp(tcp6, listener, true)).toEqual([
      { key: '127.0.0.1 48974 127.0.0.1 46901', inode: 3_057_760, uid: 0 },
      { key: '::1 35722 ::1 46901', inode: 3_057_759, uid: 0 },
    ]);
  });

  it('has addresses in the order of the machine', () => {
    const bigEndian = tcp.replaceAll('0100007F', '7F000001');
    expect(parseProcNetTcp(bigEndian, listener, false)).toHaveLength(1);
    expect(parseProcNetTcp(bigEndian, listener, false)[0]?.key).toBe('127.0.0.1 48970 127.0.0.1 46901');
  });

  it('is read as far as it makes sense, wherever it is cut or damaged', () => {
    fc.assert(
      fc.property(fc.nat(tcp.length), fc.nat(tcp.length), fc.string(), (from, to, middle) => {
        const text = tcp.slice(0, from) + middle + tcp.slice(to);
        for (const entry of parseProcNetTcp(text, listener, true)) {
          expect(Number.isSafeInteger(entry.inode)).toBe(true);
        }
      }),
    );
  });
});
