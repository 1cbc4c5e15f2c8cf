import { Icon } from '../components/icon.tsx';
import { useCommandKeys } from '../components/use-command-keys.ts';
import { panels } from '../panels/index.ts';
import { commands, type CommandId } from '../state/commands.ts';

interface RailProps {
  readonly shown: string;
  readonly onShow: (id: string) => void;
  readonly onHelp: () => void;
}

export function Rail({ shown, onShow, onHelp }: RailProps) {
  return (
    <nav className="rail" aria-label="Places" data-part>
      {panels.map(({ id, label, icon }) => (
        <button
          key={id}
          type="button"
          className="rail-button"
          aria-label={label}
          aria-current={id === shown ? 'page' : undefined}
          onClick={() => onShow(id)}
        >
          <Icon name={icon} size={20} />
          <span className="rail-label" aria-hidden="true">
            <RailLabel label={label} command={panelCommand(id)} />
          </span>
        </button>
      ))}
      <span className="spacer" />
      <button type="button" className="rail-button" aria-label="Keys" onClick={onHelp}>
        <Icon name="help" size={20} />
        <span className="rail-label" aria-hidden="true">
          <RailLabel label="Keys" command="window.help" />
        </span>
      </button>
    </nav>
  );
}

function RailLabel({ label, command }: { readonly label: string; readonly command: CommandId | null }) {
  const keys = useCommandKeys(command);
  return <>{[label, ...keys.slice(0, 1)].join(' · ')}</>;
}

function panelCommand(panel: string): CommandId | null {
  return commands.find(({ id }) => id === `panel.${panel}`)?.id ?? null;
}
