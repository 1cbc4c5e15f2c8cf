import { quicWords, redirectElsewhere } from '../../../core/model/redirect-words.ts';
import { CommandWords } from '../../components/command-words.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { shellQuoted } from '../../format/trust-commands.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Marked } from './search-context.tsx';
import { Row } from './setting-row.tsx';

export const transparentTexts = {
  label: 'Transparent mode',
  meaning:
    'For programs and devices that ignore proxies: their connections are redirected to Plumbline and recorded as others are. It is started on the command line, on Linux.',
} as const;

const commands = [
  {
    what: 'One program',
    note: 'No root is needed. The program gets a network of its own. It trusts the CA if it reads variables such as SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.',
    command: 'plumbline run --session program.plumb -- curl https://example.com/',
    isRoots: false,
  },
  {
    what: 'All of this machine',
    note: 'With sudo the rules of nftables are set, and taken back at the end. Without it they are printed, for you to set.',
    command: 'sudo plumbline record --session machine.plumb --transparent 8889',
    isRoots: true,
  },
  {
    what: 'Devices behind this machine',
    note: 'Phones, virtual machines and containers that have this machine as their gateway.',
    command: 'sudo plumbline record --session devices.plumb --transparent 8889 --for-traffic forwarded',
    isRoots: true,
  },
] as const;

/** What the item can be found by beside its texts. */
export const transparentWords: readonly string[] = [
  'redirect nftables iptables gateway http/3 h3 quic udp linux macos windows',
  ...commands.flatMap(({ what, note, command }) => [what, note, command]),
];

const elsewhere = [
  { platform: 'macOS', words: redirectElsewhere('darwin') },
  { platform: 'Windows', words: redirectElsewhere('win32') },
] as const;

/** How connections come here that no setting of a program sends here, and why none of them is HTTP/3. */
export function TransparentMode() {
  const state = useStore(useWindowState().settings.state);
  // Else root would have a CA of its own.
  const sameCa = state === null ? '' : ` --data-dir ${shellQuoted(state.folder)}`;
  return (
    <Row id="transparent-mode" {...transparentTexts}>
      <ul className="trust">
        {commands.map(({ what, note, command: begin, isRoots }) => {
          const command = isRoots ? `${begin}${sameCa}` : begin;
          return (
            <li key={what}>
              <p>
                <strong>
                  <Marked>{what}</Marked>
                </strong>{' '}
                <span className="muted">
                  <Marked>{note}</Marked>
                </span>
              </p>
              <div className="trust-command">
                <CommandWords text={command} />
                <CopyButton text={command} what={`command for ${what.toLowerCase()}`} />
              </div>
            </li>
          );
        })}
        <li>
          <p>
            <strong>QUIC</strong> <span className="muted">{quicWords}</span>
          </p>
        </li>
        {elsewhere.map(({ platform, words }) => (
          <li key={platform}>
            <p>
              <strong>{platform}</strong> <span className="muted">{words}</span>
            </p>
          </li>
        ))}
      </ul>
    </Row>
  );
}
