import { describe, expect, it } from 'vitest';
import { parseLsof } from '../../../../../electron/engine/system/macos/lsof-output.ts';

const output = `p612
cGoogle\\x20Chrome\\x20Helper
f24
PTCP
n127.0.0.1:52100->127.0.0.1:8888
f25
PTCP
n[::1]:52101->[::1]:8888
p700
cpython3.11
f3
PTCP
n127.0.0.1:52102->127.0.0.1:8888
f4
n*:5000
p650
cpython3.11
f3
PTCP
n127.0.0.1:52102->127.0.0.1:8888
`;

describe('output of lsof', () => {
  const holders = parseLsof(output);

  it('tells who holds each socket, with the name as it is', () => {
    expect(holders.get('127.0.0.1 52100 127.0.0.1 8888')).toEqual({
      processId: 612,
      processName: 'Google Chrome Helper',
    });
    expect(holders.get('::1 52101 ::1 8888')?.processId).toBe(612);
  });

  it('names the first of several processes that share a socket', () => {
    expect(holders.get('127.0.0.1 52102 127.0.0.1 8888')?.processId).toBe(650);
  });

  it('passes over sockets that are not connected, and what is no output of lsof', () => {
    expect(holders.size).toBe(3);
    expect(parseLsof('n1.1.1.1:1->2.2.2.2:2\npx\nn1.1.1.1:1->2.2.2.2:2\np1\nn->\nn1.1.1.1:1->\n').size).toBe(
      0,
    );
  });

  it('cannot be led astray by a name: lsof writes a line end in it as \\x0a', () => {
    const found = parseLsof('p9\ncevil\\x0ap1\nn1.1.1.1:1->2.2.2.2:2\n');
    expect(found.get('1.1.1.1 1 2.2.2.2 2')).toEqual({ processId: 9, processName: 'evil\np1' });
  });
});
