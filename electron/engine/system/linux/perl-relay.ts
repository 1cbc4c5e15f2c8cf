import { createLineHelper } from './line-helper.ts';

/** One end of a TCP connection. Addresses in hexadecimal, 8 digits or 32, both the same. */
export interface SocketQuestion {
  readonly own: string;
  readonly ownPort: number;
  readonly peer: string;
  readonly peerPort: number;
}

export interface SocketAnswer {
  readonly uid: number;
  readonly inode: number;
}

/**
 * What Node cannot ask the kernel, or not cheaply, perl can: netlink sockets, and the links in /proc, which cost it a
 * third of what they cost Node. One question at a time. Null when perl does not answer.
 */
export interface PerlRelay {
  /**
   * The user and the inode of each of these TCP sockets, null for one that is not there, or that nobody's end is open
   * of. The kernel finds a socket in its hash table, which takes the same however many there are; asked for IPv4 it
   * finds IPv4-mapped IPv6 sockets as well.
   */
  readonly sockets: (
    questions: readonly SocketQuestion[],
  ) => Promise<readonly (SocketAnswer | null)[] | null>;
  /** What `OpenSockets` gives. */
  readonly files: (
    ids: readonly number[],
    all: boolean,
  ) => Promise<ReadonlyMap<number, readonly number[]> | null>;
  readonly close: () => void;
}

/** Of a process with more open files, those that it had at the last look are unlikely to be what is looked for. */
export const manyFiles = 256;
/** Open files of one process beyond these are not looked at. */
export const filesMax = 100_000;
/** Processes of which is remembered what is unlikely. */
export const rememberedMax = 1024;

/**
 * It needs no module, and ends with its standard input. `sockets` speaks sock_diag(7): struct nlmsghdr (netlink(7))
 * and struct inet_diag_req_v2 go out, struct inet_diag_msg comes back; numbers are in the machine's byte order,
 * addresses and ports in the network's. No interface is named, and the cookie says "whichever socket it is". Of the
 * states (include/net/tcp_states.h) TIME_WAIT and LISTEN are no open connection. `files` goes to the folder first:
 * a link is read in half the time by its name alone.
 */
const program = `socket(my $kernel, 16, 3, 4) or exit 3;
$| = 1;
my %unlikely;
sub sockets {
  my @answers;
  for my $question (@_) {
    my ($own, $own_port, $peer, $peer_port) = split ',', $question;
    my $family = length($own) > 8 ? 10 : 2;
    my $header = pack('L S S L L', 72, 20, 1, 0, 0);
    my $asked = pack('C4 L n2 H32 H32 L3', $family, 6, 0, 0, 0xffffffff,
      $own_port, $peer_port, $own, $peer, 0, 0xffffffff, 0xffffffff);
    send($kernel, $header . $asked, 0) or exit 4;
    defined recv($kernel, my $answer, 8192, 0) or exit 5;
    my ($type, $state, $uid, $inode) = length($answer) < 88 ? (0) : unpack('x4 S x11 C x62 L L', $answer);
    push @answers, $type == 20 && $state != 6 && $state != 10 ? "$uid,$inode" : 'none';
  }
  return @answers;
}
sub files {
  my ($all, @ids) = @_;
  my @answers;
  for my $id (@ids) {
    my $folder;
    unless (chdir("/proc/$id/fd") && opendir($folder, '.')) {
      delete $unlikely{$id};
      next;
    }
    my @files = grep { /^\\d/ } readdir $folder;
    closedir $folder;
    splice(@files, ${filesMax});
    my $known = $unlikely{$id} || {};
    my $many = @files > ${manyFiles};
    my %later = map { $_ => 1 } $many ? @files : grep { $known->{$_} } @files;
    @files = grep { !$known->{$_} } @files unless $all;
    my @inodes;
    for my $file (@files) {
      if ((readlink($file) || '') =~ /^socket:\\[(\\d+)/) {
        push @inodes, $1;
        delete $later{$file} unless $many;
      } else {
        $later{$file} = 1;
      }
    }
    %unlikely = () if keys %unlikely >= ${rememberedMax};
    $unlikely{$id} = \\%later;
    push @answers, join(',', $id, @inodes);
  }
  return @answers;
}
while (my $line = <STDIN>) {
  my ($kind, @parts) = split ' ', $line;
  my @answers = $kind eq 'sockets' ? sockets(@parts) : files(@parts);
  print "@answers\\n";
}`;

export function createPerlRelay(perl: string): PerlRelay {
  const helper = createLineHelper(perl, ['-e', program]);
  const ask = async (...question: readonly (string | number)[]): Promise<readonly string[] | null> => {
    let answers: readonly string[] = [];
    const answered = await helper.ask(question.join(' '), (line) => {
      answers = line.split(' ').filter((answer) => answer !== '');
      return true;
    });
    return answered ? answers : null;
  };
  return {
    sockets: async (questions) => {
      const parts = questions.map((each) => [each.own, each.ownPort, each.peer, each.peerPort].join(','));
      const answers = await ask('sockets', ...parts);
      return answers?.map(readSocket) ?? null;
    },
    files: async (ids, all) => {
      const answers = await ask('files', all ? 1 : 0, ...ids);
      if (answers === null) return null;
      return new Map(
        answers.map((answer) => {
          const [id = 0, ...inodes] = answer.split(',').map(Number);
          return [id, inodes] as const;
        }),
      );
    },
    close: helper.close,
  };
}

function readSocket(answer: string): SocketAnswer | null {
  const [uid = NaN, inode = NaN] = answer.split(',').map(Number);
  return Number.isSafeInteger(uid) && Number.isSafeInteger(inode) ? { uid, inode } : null;
}
