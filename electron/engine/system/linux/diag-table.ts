import { endianness } from 'node:os';
import { createLineHelper } from './line-helper.ts';
import { readSocketAnswer, writeSocketRequest } from './sock-diag.ts';
import type { SocketEntry, SocketTable } from './socket-table.ts';

/**
 * Node has no netlink sockets, perl has: it hands messages to the kernel and the kernel's back, one line for one
 * line, in hexadecimal. It needs no module, and ends with its standard input.
 */
const relay = `socket(my $kernel, 16, 3, 4) or exit 3;
$| = 1;
while (my $line = <STDIN>) {
  my @answers;
  for my $message (split ' ', $line) {
    send($kernel, pack('H*', $message), 0) or exit 4;
    defined recv($kernel, my $answer, 8192, 0) or exit 5;
    push @answers, unpack('H*', $answer);
  }
  print "@answers\\n";
}`;

/** Sockets as the kernel's sock_diag tells them one by one, through perl. */
export function createDiagTable(perl: string): SocketTable {
  const helper = createLineHelper(perl, ['-e', relay]);
  const isLittleEndian = endianness() === 'LE';
  return {
    isCheap: true,
    read: async (connections) => {
      const requests = connections.flatMap((connection, at) => {
        const request = writeSocketRequest(connection, at, isLittleEndian);
        return request === null ? [] : [Buffer.from(request).toString('hex')];
      });
      const entries: SocketEntry[] = [];
      if (requests.length === 0) return entries;
      const answered = await helper.ask(requests.join(' '), (line) => {
        for (const hex of line.split(' ')) {
          const entry = readSocketAnswer(Buffer.from(hex, 'hex'), isLittleEndian);
          if (entry !== null) entries.push(entry);
        }
        return true;
      });
      return answered ? entries : null;
    },
    close: helper.close,
  };
}
