import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { ToneSign } from '../../components/tone-sign.tsx';
import { useCommand } from '../../components/use-keys.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { itemsOf, type Item } from './items.tsx';
import { sections, type SectionId } from './sections.ts';
import { SearchWords } from './search-context.tsx';
import { isFound, wordsOf } from './search.ts';
import './settings.css';

/** Sections on the left, a search over all of them above, the settings of the chosen one beside. */
export function SettingsPanel() {
  const { settings, authority, layout } = useWindowState();
  const state = useStore(settings.state);
  const known = { state, authority: useStore(authority.state), bindings: useStore(settings.bindings) };
  const lastSection = useStore(layout.settingsSection);
  const section: SectionId = sections.find(({ id }) => id === lastSection)?.id ?? 'proxy';
  const [query, setQuery] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useCommand('filter.focus', () => {
    input.current?.select();
    return true;
  });
  useEffect(() => {
    // It gives a promise in newer browsers, which is no way to clean up.
    content.current?.scrollTo(0, 0);
  }, [section, query]);

  const words = wordsOf(query);
  const items = itemsOf(known);
  const titleOf = (item: Item) => sections.find(({ id }) => id === item.section)?.title ?? '';
  const found = items.filter((item) => isFound({ ...item, values: [...item.values, titleOf(item)] }, words));
  const shown = words.length === 0 ? items.filter((item) => item.section === section) : found;

  return (
    <SearchWords value={words}>
      <div className="settings" data-part>
        <div className="settings-top">
          <div className="settings-search" role="search">
            <Icon name="search" size={14} />
            <input
              ref={input}
              type="text"
              aria-label="Search the settings"
              placeholder="Search by name, meaning or value"
              spellCheck={false}
              autoComplete="off"
              maxLength={200}
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || query === '') return;
                setQuery('');
                event.preventDefault();
              }}
            />
            {query !== '' && (
              <button
                type="button"
                className="button quiet"
                title="Clear the search"
                aria-label="Clear the search"
                onClick={() => {
                  setQuery('');
                  input.current?.focus();
                }}
              >
                <Icon name="close" size={12} />
              </button>
            )}
          </div>
          <p className="muted" role="status">
            {words.length === 0 ? '' : found.length === 1 ? '1 setting' : `${found.length} settings`}
          </p>
        </div>
        <div className="settings-main">
          <nav className="settings-sections" aria-label="Sections of the settings">
            <ul>
              {sections.map(({ id, title }) => {
                const hits = found.filter((item) => item.section === id).length;
                return (
                  <li key={id}>
                    <button
                      type="button"
                      aria-current={words.length === 0 && id === section ? 'true' : undefined}
                      onClick={() => {
                        layout.settingsSection.set(id);
                        setQuery('');
                      }}
                    >
                      {title}
                      {words.length > 0 && hits > 0 && <span className="number">{hits}</span>}
                    </button>
                  </li>
                );
              })}
            </ul>
          </nav>
          <div className="settings-content" ref={content}>
            {state?.problem != null && (
              <div className="banner problem settings-problem" role="alert">
                <ToneSign tone="problem" />
                <p className="grow">{state.problem} Until the file is right, the settings before it hold.</p>
              </div>
            )}
            {shown.length === 0 && (
              <div className="settings-empty">
                <h2>No setting matches</h2>
                <p className="muted">
                  Names, meanings, values and names in the file are searched; every word must occur. Fewer
                  words find more.
                </p>
                <button type="button" className="button" onClick={() => setQuery('')}>
                  Show all settings
                </button>
              </div>
            )}
            {sections
              .filter(({ id }) => shown.some((item) => item.section === id))
              .map(({ id, title }) => (
                <div key={id} className="settings-section">
                  <h2>{title}</h2>
                  {shown
                    .filter((item) => item.section === id)
                    .map((item) => (
                      <div key={item.id}>{item.content}</div>
                    ))}
                </div>
              ))}
          </div>
        </div>
      </div>
    </SearchWords>
  );
}
