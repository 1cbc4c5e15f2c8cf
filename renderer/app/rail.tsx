import { Icon } from '../components/icon.tsx';
import { panels } from '../panels/index.ts';

interface RailProps {
  readonly shown: string;
  readonly onShow: (id: string) => void;
  readonly onHelp: () => void;
}

export function Rail({ shown, onShow, onHelp }: RailProps) {
  return (
    <nav className="rail" aria-label="Places">
      {panels.map(({ id, label, icon }, index) => (
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
            {label} · {commandKey}+{index + 1}
          </span>
        </button>
      ))}
      <span className="spacer" />
      <button type="button" className="rail-button" aria-label="Keys" onClick={onHelp}>
        <Icon name="help" size={20} />
        <span className="rail-label" aria-hidden="true">
          Keys · ?
        </span>
      </button>
    </nav>
  );
}

const commandKey = navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl';
