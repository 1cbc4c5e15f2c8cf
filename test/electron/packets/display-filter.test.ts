import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dissector } from '../../../electron/engine/dissection/dissector.ts';
import { createWiregasmDissector } from '../../../electron/engine/dissection/wiregasm-dissector.ts';
import { rowsOf, selectRows } from '../../support/filter-rows.ts';
import { mixedCapture } from '../../support/mixed-capture.ts';
import { root } from '../../support/program.ts';
import { tsharkRows } from '../../support/tshark.ts';

/** Filters that our index runs. A part of them is held to tshark 4.0.17 as well, where the language is the same in both. */
const filters: readonly string[] = [
  '',
  'tcp',
  'udp',
  'icmp',
  'icmpv6',
  'arp',
  'ip',
  'ipv6',
  'eth',
  'vlan',
  'dns',
  'not tcp',
  'tcp && !ip',
  'tcp or udp and frame.number == 1',
  'not tcp or frame.number == 2',
  'frame.number == 5',
  'frame.number in {1, 3, 5..7, 40}',
  'frame.number not in {1..30}',
  'frame.number == 0x10',
  'frame.number == 010',
  'frame.number >= 3 && frame.number <= 6 && frame.number != 4',
  'frame.len > 100',
  'frame.len == 900',
  'frame.cap_len < 60',
  'frame.time_relative > 0.5',
  'frame.time_relative <= 0.0015',
  'frame.time_epoch >= 1795000000.5',
  'frame.time_delta > 0.1',
  'frame.time_delta < 0.003',
  'eth.src == 02:00:00:00:00:01',
  'eth.addr == 02-00-00-00-00-02',
  'eth.dst != 02:00:00:00:00:02',
  'vlan.id == 42',
  'vlan.id != 42',
  'ip.addr == 10.0.0.5',
  'ip.addr == 10.0.0.0/24',
  'ip.addr != 10.0.0.5',
  'not ip.addr == 10.0.0.5',
  'ip.addr === 10.0.0.0/8',
  'ip.addr !== 10.0.0.0/16',
  'ip.src == 10.0.1.9 and ip.dst == 10.0.0.5',
  'ip.src > 10.0.0.5 && ip.src < 192.0.2.1',
  'ip.addr in {192.0.2.0/24, 10.0.0.53..10.0.1.9}',
  'any ip.addr == 172.16.0.0/12',
  'all ip.addr < 11.0.0.0',
  'ip.src == ip.dst',
  'ip.src != ip.dst',
  'ip.proto == 6',
  'ip.proto in {1, 17}',
  'ip.ttl < 64',
  'ip.ttl == 64',
  'ipv6.addr == 2001:db8::1',
  'ipv6.src == 2001:db8::/32',
  'ipv6.dst == 2001:db8:0:1::/64',
  'ipv6.addr != 2001:db8::1',
  'ipv6.hlim == 255',
  'ipv6.hlim not in {255}',
  'icmp.type == 3',
  'icmp.type == 11 || icmp.code == 3',
  'icmpv6.type == 128',
  'tcp.port == 80',
  'tcp.port != 80',
  'tcp.port !== 80',
  'tcp.port === 80',
  '!(tcp.port == 80)',
  'tcp.port in {80, 443, 8000..8100}',
  'tcp.port not in {80, 5432}',
  'all tcp.port > 1023',
  'any tcp.port < 443',
  'tcp.srcport == 5432',
  'tcp.dstport >= 5432 and tcp.dstport < 50000',
  'tcp.srcport > tcp.dstport',
  'udp.port == 53',
  'udp.port in {9999}',
  'udp.srcport == 53',
  'udp.length > 40',
  'udp.stream == 1',
  'tcp.flags == 0x018',
  'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  'tcp.flags.syn',
  'tcp.flags.reset == True',
  'tcp.flags.fin == FALSE and tcp.flags.push == 1',
  'tcp.flags & 0x02',
  'tcp.flags & 0x12 == 0x12',
  'tcp.flags.urg == 1 and tcp.flags.ece == 1 and tcp.flags.cwr == 1',
  'tcp.len > 0',
  'tcp.len == 100',
  'tcp.hdr_len > 20',
  'tcp.seq == 1',
  'tcp.seq > 50 and tcp.stream == 1',
  'tcp.ack == 1',
  'tcp.ack > 100',
  'tcp.seq_raw == 4294967290',
  'tcp.ack_raw == 295',
  'tcp.stream == 1',
  'tcp.stream in {0, 2}',
  'tcp.window_size_value == 0',
  'tcp.window_size > 64000',
  'tcp.window_size == 38400',
  '80 == tcp.port',
  '1 < tcp.len < 100',
  'tcp.analysis.zero_window',
  'tcp.analysis.window_update',
  'tcp.analysis.duplicate_ack',
  'tcp.analysis.lost_segment',
  'tcp.analysis.reused_ports',
];

/** Wireshark 4.0 reads `a not in b` as `not a in b`, and knows no constant on the left. */
const since44 = / not in |^\d/;

const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-filters-'));
const file = path.join(folder, 'mixed.pcap');
const capture = mixedCapture();
const rows = rowsOf(capture);
let wireshark: Dissector;

beforeAll(() => {
  writeFileSync(file, capture);
  wireshark = createWiregasmDissector({
    runtime: process.execPath,
    script: path.join(root, 'dist/dissection/main.js'),
  });
});

afterAll(() => {
  wireshark.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a filter that our index runs', () => {
  it.each(filters)('%s selects the frames that Wireshark selects', async (filter) => {
    const answer = await wireshark.filter({ key: 'mixed', bytes: capture, decodeAs: [] }, filter);
    expect(answer.ok ? [...answer.value] : answer.error).toEqual(selectRows(rows, filter));
  });

  it.each(filters.filter((filter, index) => index % 5 === 3 && !since44.test(filter)))(
    '%s selects what tshark selects',
    (filter) => {
      const selected = tsharkRows(file, ['frame.number'], filter).map((row) => Number(row['frame.number']));
      expect(selected).toEqual(selectRows(rows, filter));
    },
  );
});
