import { useContext, useState, type KeyboardEvent } from 'react';
import { settingTexts, type Settings } from '../../../core/model/settings.ts';
import { isMac } from '../../components/use-command-keys.ts';
import { commandOf, commands, keyRefusal, scopeNames, type CommandId } from '../../state/commands.ts';
import { keyLabel, keyOf } from '../../state/keys.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { isFound } from './search.ts';
import { Marked, SearchWords } from './search-context.tsx';
import { Problem, Row, useSave } from './setting-row.tsx';

/** What was pressed for a command and is not taken yet. */
interface Wish {
  readonly id: CommandId;
  readonly key: string | null;
  readonly takenFrom: CommandId | null;
  readonly refusal: string | null;
}

/** Every command with its keys. While words are looked for, only the commands they find. */
export function KeysSetting() {
  const { settings } = useWindowState();
  const bindings = useStore(settings.bindings);
  const own = useStore(settings.state)?.settings.keys ?? {};
  const words = useContext(SearchWords);
  const [wish, setWish] = useState<Wish | null>(null);
  const { problem, save } = useSave();

  const found = commands.filter((command) =>
    isFound(
      { label: command.label, meaning: command.id, values: keyValues(bindings.get(command.id)) },
      words,
    ),
  );
  const shown = found.length === 0 ? commands : found;
  const setKeys = async (changes: Readonly<Partial<Record<CommandId, readonly string[]>>>) => {
    const edit = ({ keys: before }: Settings) => {
      const next: Record<string, string[]> = { ...before };
      for (const [id, keys] of Object.entries(changes)) {
        const usual = commands.find((command) => command.id === id)?.keys ?? [];
        if (JSON.stringify(keys) === JSON.stringify(usual)) Reflect.deleteProperty(next, id);
        else next[id] = [...keys];
      }
      return { keys: next };
    };
    if (await save(edit)) setWish(null);
  };
  const onPress = (id: CommandId, event: KeyboardEvent) => {
    // Tab goes on to the next field, as everywhere.
    if (event.key === 'Tab') return;
    const key = keyOf(event.nativeEvent);
    event.preventDefault();
    event.stopPropagation();
    if (key === null) return;
    if (key === 'Escape') setWish(null);
    else if (key === 'Backspace') void setKeys({ [id]: [] });
    else {
      const holder = commandOf(bindings, key);
      const refusal = keyRefusal(key);
      if (refusal !== null) setWish({ id, key: null, takenFrom: null, refusal });
      else if (holder === null || holder === id) void setKeys({ [id]: [key] });
      else setWish({ id, key, takenFrom: holder, refusal: null });
    }
  };
  const takeOver = ({ id, key, takenFrom }: Wish) => {
    if (key === null || takenFrom === null) return;
    const left = (bindings.get(takenFrom) ?? []).filter((each) => each !== key);
    void setKeys({ [id]: [key], [takenFrom]: left });
  };

  return (
    <Row
      id="keys"
      {...settingTexts.keys}
      name="keys"
      mark={
        Object.keys(own).length === 0 ? (
          <p className="setting-mark muted">Default</p>
        ) : (
          <p className="setting-mark">
            <button type="button" className="button" onClick={() => void save({ keys: null })}>
              Reset all keys
            </button>
          </p>
        )
      }
    >
      <table className="plain-table keys-table" aria-label="Commands and their keys">
        <thead>
          <tr>
            <th scope="col">Command</th>
            <th scope="col">Where</th>
            <th scope="col">Keys</th>
            <th scope="col">
              <span className="visually-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, label, scope, fixed }) => (
            <tr key={id}>
              <th scope="row">
                <Marked>{label}</Marked>
              </th>
              <td className="muted">{scopeNames[scope]}</td>
              <td>
                <Keys keys={bindings.get(id) ?? []} />
                {wish?.id === id && (
                  <div className="key-wish" role="status">
                    {wish.takenFrom !== null && wish.key !== null ? (
                      <>
                        <kbd>{keyLabel(wish.key, isMac())}</kbd> belongs to “{labelOf(wish.takenFrom)}”.
                        <button type="button" className="button" autoFocus onClick={() => takeOver(wish)}>
                          Use it here
                        </button>
                        <button type="button" className="button" onClick={() => setWish(null)}>
                          Leave it
                        </button>
                      </>
                    ) : (
                      (wish.refusal ?? 'Press a key. Backspace leaves none, Escape keeps what there is.')
                    )}
                  </div>
                )}
              </td>
              <td className="key-actions">
                {fixed === true ? (
                  <span className="muted">fixed</span>
                ) : (
                  <>
                    <button
                      type="button"
                      className="button quiet"
                      aria-label={`Change the key of: ${label}`}
                      aria-pressed={wish?.id === id}
                      onClick={() => setWish({ id, key: null, takenFrom: null, refusal: null })}
                      onKeyDown={
                        wish?.id === id && wish.key === null ? (event) => onPress(id, event) : undefined
                      }
                      onBlur={() => {
                        if (wish?.id === id && wish.key === null) setWish(null);
                      }}
                    >
                      Change
                    </button>
                    {Object.hasOwn(own, id) && (
                      <button
                        type="button"
                        className="button quiet"
                        aria-label={`Reset the key of: ${label}`}
                        onClick={() =>
                          void setKeys({ [id]: commands.find((each) => each.id === id)?.keys ?? [] })
                        }
                      >
                        Reset
                      </button>
                    )}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Problem text={problem} />
    </Row>
  );
}

function Keys({ keys }: { readonly keys: readonly string[] }) {
  if (keys.length === 0) return <span className="muted">none</span>;
  return keys.map((key) => (
    <kbd key={key}>
      <Marked>{keyLabel(key, isMac())}</Marked>
    </kbd>
  ));
}

export function keyValues(keys: readonly string[] | undefined): readonly string[] {
  return (keys ?? []).map((key) => keyLabel(key, isMac()));
}

function labelOf(id: CommandId): string {
  return commands.find((command) => command.id === id)?.label ?? id;
}
