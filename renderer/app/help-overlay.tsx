import type { RefObject } from 'react';
import { Icon } from '../components/icon.tsx';
import { isMac } from '../components/use-command-keys.ts';
import { commands, commandScopes, scopeNames } from '../state/commands.ts';
import { keyLabel } from '../state/keys.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

/** All keys as they are now; commands without one are left out. */
export function HelpOverlay({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }) {
  const bindings = useStore(useWindowState().settings.bindings);
  return (
    <dialog
      ref={ref}
      className="help"
      aria-label="Keys"
      onClick={(event) => event.target === ref.current && ref.current.close()}
    >
      <header>
        <h2>Keys</h2>
        <button
          type="button"
          className="button quiet"
          aria-label="Close"
          onClick={() => ref.current?.close()}
        >
          <Icon name="close" size={14} />
        </button>
      </header>
      <div className="help-columns">
        {commandScopes.map((scope) => (
          <section key={scope}>
            <h3>{scopeNames[scope]}</h3>
            <dl>
              {commands
                .filter((command) => command.scope === scope && (bindings.get(command.id) ?? []).length > 0)
                .map(({ id, label }) => (
                  <div key={id}>
                    <dt>{label}</dt>
                    <dd>
                      {bindings.get(id)?.map((key) => (
                        <kbd key={key}>{keyLabel(key, isMac())}</kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <p className="muted">The settings change these keys.</p>
    </dialog>
  );
}
