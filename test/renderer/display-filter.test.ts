import { describe, expect, it } from 'vitest';
import type { PacketRow } from '../../core/contract/packets.ts';
import { cellFilter, joinedFilter, wordAt, withRecent } from '../../renderer/format/display-filter.ts';

const row: PacketRow = {
  ...{
    number: 17,
    seconds: 0,
    nanos: 0,
    source: '10.0.0.1',
    destination: 'fe80::1',
    sourcePort: 1,
    destinationPort: 2,
  },
  ...{
    sourceName: null,
    destinationName: null,
    protocol: 'TLSv1.3',
    capturedBytes: 60,
    originalBytes: 66,
    info: '',
  },
  ...{ conversation: 1, end: 'a', troubles: 0, marked: false, comment: null, interface: 'eth0' },
};

describe('a display filter', () => {
  it('is joined by what was pointed at', () => {
    expect(joinedFilter(' a ', 'b == 1', 'this')).toBe('b == 1');
    expect(joinedFilter('a', 'b == 1', 'not')).toBe('!(b == 1)');
    expect(joinedFilter('a || c', 'b', 'and')).toBe('(a || c) && (b)');
    expect(joinedFilter('a', 'b', 'or')).toBe('(a) || (b)');
    expect(joinedFilter('a', 'b', 'and-not')).toBe('(a) && !(b)');
    expect(joinedFilter('', 'b', 'and')).toBe('b');
    expect(joinedFilter('', 'b', 'and-not')).toBe('!(b)');
  });

  it('is made of a cell of the list', () => {
    expect(cellFilter(row, 'number')).toBe('frame.number == 17');
    expect(cellFilter(row, 'source')).toBe('ip.src == 10.0.0.1');
    expect(cellFilter(row, 'destination')).toBe('ipv6.dst == fe80::1');
    expect(cellFilter({ ...row, source: '3c:a6:2f:11:08:5d' }, 'source')).toBe(
      'eth.src == 3c:a6:2f:11:08:5d',
    );
    expect(cellFilter(row, 'protocol')).toBe('tls');
    expect(cellFilter({ ...row, protocol: 'HTTP/JSON' }, 'protocol')).toBe('http');
    expect(cellFilter({ ...row, protocol: 'ICMPv6' }, 'protocol')).toBe('icmpv6');
    expect(cellFilter(row, 'length')).toBe('frame.len == 66');
    expect(cellFilter(row, 'info')).toBe('');
  });

  it('is completed at the word before the caret', () => {
    expect(wordAt('ip.addr == 1 && tcp.po', 22)).toEqual({ from: 16, word: 'tcp.po' });
    expect(wordAt('tcp.port', 3)).toEqual({ from: 0, word: 'tcp' });
    expect(wordAt('tcp ', 4)).toEqual({ from: 4, word: '' });
  });

  it('is remembered once, the last first', () => {
    expect(withRecent(['a', 'b'], ' b ')).toEqual(['b', 'a']);
    expect(withRecent(['a'], '  ')).toEqual(['a']);
    const many = Array.from({ length: 30 }, (_, at) => `f${at}`).reduce<readonly string[]>(withRecent, []);
    expect(many).toHaveLength(20);
    expect(many[0]).toBe('f29');
  });
});
