import { Icon } from '../../components/icon.tsx';
import { OneLineForm } from './one-line-form.tsx';
import { Section } from './section.tsx';

interface HostsSectionProps {
  readonly title: string;
  readonly explanation: string;
  readonly none: string;
  readonly placeholder: string;
  readonly hosts: readonly string[];
  readonly onAdd: (host: string) => Promise<void>;
  readonly onRemove: (host: string) => Promise<void>;
}

export function HostsSection(props: HostsSectionProps) {
  const { title, explanation, none, placeholder, hosts, onAdd, onRemove } = props;
  return (
    <Section title={title} explanation={explanation}>
      {hosts.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <ul className="hosts">
          {hosts.map((host) => (
            <li key={host}>
              <span className="mono ellipsis">{host}</span>
              <button
                type="button"
                className="button quiet"
                title={`Remove ${host}`}
                aria-label={`Remove ${host}`}
                onClick={() => void onRemove(host)}
              >
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <OneLineForm
        label={`Host to add to: ${title}`}
        placeholder={placeholder}
        action="Add"
        onSubmit={onAdd}
      />
    </Section>
  );
}
