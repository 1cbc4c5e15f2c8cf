import { Facts } from '../../components/facts.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Section } from './section.tsx';

export function EngineSection() {
  const { engine } = useWindowState();
  const status = useStore(engine.status);
  return (
    <Section
      title="About"
      explanation="The engine is the process that holds the proxy and writes the session."
    >
      {status !== null && (
        <Facts
          facts={[
            { name: 'Plumbline', value: status.version },
            { name: 'Engine', value: status.runtime },
            { name: 'Data folder', value: <span className="mono">{status.dataDir}</span> },
          ]}
        />
      )}
    </Section>
  );
}
