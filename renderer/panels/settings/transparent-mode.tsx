import { quicWords, redirectElsewhere } from '../../../core/model/redirect-words.ts';
import { CopyButton } from '../../components/copy-button.tsx';
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
    note: 'No root is needed. It gets a network of its own and believes the CA as far as it heeds the usual variables.',
    command: 'plumbline run --session program.plumb -- curl https://example.com/',
  },
  {
    what: 'All of this machine',
    note: 'Root sets the rules and takes them back at the end; without sudo they are printed to be set by hand.',
    command: 'sudo plumbline record --session machine.plumb --transparent 8889',
  },
  {
    what: 'Devices behind this machine',
    note: 'Phones, virtual machines and containers whose gateway it is.',
    command: 'sudo plumbline record --session devices.plumb --transparent 8889 --for-traffic forwarded',
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
  return (
    <Row id="transparent-mode" {...transparentTexts}>
      <ul className="trust">
        {commands.map(({ what, note, command }) => (
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
              <code>{command}</code>
              <CopyButton text={command} what={`command for ${what.toLowerCase()}`} />
            </div>
          </li>
        ))}
        <li>
          <p>
            <strong>HTTP/3</strong> <span className="muted">{quicWords}</span>
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
