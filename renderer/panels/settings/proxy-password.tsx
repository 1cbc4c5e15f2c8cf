import { useState } from 'react';
import { proxyAuthProblem } from '../../../core/model/proxy-auth.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Problem, SettingRow, useSave } from './setting-row.tsx';

/** User and password that applications must give to the proxy. */
export function ProxyPassword() {
  const { settings } = useWindowState();
  const saved = useStore(settings.state)?.settings.proxyAuth ?? null;
  const { problem, save } = useSave();
  const [draft, setDraft] = useState<{ user: string; password: string } | null>(null);
  const [isShown, setShown] = useState(false);
  const [invalid, setInvalid] = useState<string | null>(null);
  const { user, password } = draft ?? saved ?? { user: '', password: '' };
  const isChanged = draft !== null && (draft.user !== saved?.user || draft.password !== saved.password);
  const described = invalid === null ? {} : { 'aria-describedby': 'proxyAuth-problem', 'aria-invalid': true };

  const commit = async () => {
    const wrong = proxyAuthProblem('user', user) ?? proxyAuthProblem('password', password);
    setInvalid(wrong);
    if (wrong === null && (await save({ proxyAuth: { user, password } }))) setDraft(null);
  };
  const remove = async () => {
    setInvalid(null);
    setDraft(null);
    await save({ proxyAuth: null });
  };
  return (
    <SettingRow setting="proxyAuth" usual="none">
      <p className="muted">
        {saved === null
          ? 'Nobody is asked for a password.'
          : 'Asked for over HTTP and SOCKS5; SOCKS4 is refused.'}
      </p>
      <form
        className="reverse-form"
        aria-labelledby="proxyAuth-label"
        onSubmit={(event) => {
          event.preventDefault();
          void commit();
        }}
      >
        <label>
          <span className="muted">User</span>
          <input
            className="field mono"
            {...described}
            spellCheck={false}
            autoComplete="off"
            maxLength={255}
            value={user}
            onChange={(event) => setDraft({ user: event.currentTarget.value, password })}
          />
        </label>
        <label>
          <span className="muted">Password</span>
          <input
            className="field mono"
            {...described}
            type={isShown ? 'text' : 'password'}
            spellCheck={false}
            autoComplete="new-password"
            maxLength={255}
            value={password}
            onChange={(event) => setDraft({ user, password: event.currentTarget.value })}
          />
        </label>
        <div className="reverse-buttons">
          <button type="submit" className="button" disabled={!isChanged}>
            {saved === null ? 'Ask for it' : 'Save'}
          </button>
          {saved !== null && (
            <button type="button" className="button" onClick={() => void remove()}>
              Ask no more
            </button>
          )}
        </div>
      </form>
      <label className="check">
        <input
          type="checkbox"
          checked={isShown}
          onChange={(event) => setShown(event.currentTarget.checked)}
        />
        Show the password
      </label>
      <Problem id="proxyAuth-problem" text={invalid ?? problem} />
    </SettingRow>
  );
}
