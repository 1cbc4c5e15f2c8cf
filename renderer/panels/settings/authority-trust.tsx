import { CommandWords } from '../../components/command-words.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { trustCommands } from '../../format/trust-commands.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Marked } from './search-context.tsx';
import { Row } from './setting-row.tsx';

export const trustTexts = {
  label: 'Trust the CA',
  meaning:
    'How each system or program comes to trust it. What holds for one terminal or one start spares the rest.',
} as const;

/** Commands ready to copy, a platform each. */
export function AuthorityTrust() {
  const authority = useStore(useWindowState().authority.state);
  if (authority === null) return null;
  return (
    <Row id="ca-trust" {...trustTexts}>
      <ul className="trust">
        {trustCommands(authority.certificatePath, authority.publicKeySha256).map(
          ({ platform, note, command }) => (
            <li key={platform}>
              <p>
                <strong>
                  <Marked>{platform}</Marked>
                </strong>{' '}
                <span className="muted">{note}</span>
              </p>
              <div className="trust-command">
                <CommandWords text={command} />
                <CopyButton text={command} what={`command for ${platform}`} />
              </div>
            </li>
          ),
        )}
      </ul>
    </Row>
  );
}
