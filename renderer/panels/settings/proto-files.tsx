import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { formatCount } from '../../format/duration.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Marked } from './search-context.tsx';
import { Problem, SettingRow, useSave } from './setting-row.tsx';

interface Check {
  readonly files: number;
  readonly services: number;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/** Files and folders with `.proto` files: each to remove, a line to add one, and what was found in them. */
export function ProtoFilesSetting() {
  const { settings, connection } = useWindowState();
  const saved = useStore(settings.state)?.settings.protoFiles ?? [];
  const { problem, save } = useSave();
  const [text, setText] = useState('');
  const [check, setCheck] = useState<Check | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const key = saved.join('\n');

  const read = () =>
    void connection
      .client()
      ?.services.messages.checkProtos({})
      .then((answer) => {
        if (answer.ok) setCheck(answer.value);
      });
  useEffect(() => {
    if (key !== '') read();
    // Another list of paths is read anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  const remove = async (path: string) => {
    // The button goes with its path.
    if (await save({ protoFiles: saved.filter((each) => each !== path) })) field.current?.focus();
  };
  const add = async () => {
    const path = text.trim();
    if (path === '' || saved.includes(path)) return setText('');
    if (await save({ protoFiles: [...saved, path] })) setText('');
  };
  return (
    <SettingRow setting="protoFiles" usual="none">
      {saved.length === 0 && <p className="muted">gRPC messages are shown by field numbers.</p>}
      <ul className="setting-hosts" aria-labelledby="protoFiles-label">
        {saved.map((path) => (
          <li key={path}>
            <span className="mono ellipsis" title={path}>
              <Marked>{path}</Marked>
            </span>
            <button
              type="button"
              className="button quiet"
              title={`Remove ${path}`}
              aria-label={`Remove ${path}`}
              onClick={() => void remove(path)}
            >
              <Icon name="close" size={12} />
            </button>
          </li>
        ))}
      </ul>
      <form
        className="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          ref={field}
          className="field mono"
          aria-label="File or folder to add to the proto files"
          placeholder="for example /home/ada/shop/protos"
          spellCheck={false}
          autoComplete="off"
          maxLength={4096}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" className="button" disabled={text.trim() === ''}>
          Add
        </button>
      </form>
      <Problem text={problem} />
      {check !== null && saved.length > 0 && (
        <div role="status">
          <p className="setting-line">
            <span>{`${formatCount(check.files)} files with ${formatCount(check.services)} services read.`}</span>
            <button type="button" className="button quiet" onClick={read}>
              Read again
            </button>
          </p>
          {check.problems.map(({ path, message }, at) => (
            <p key={at} className="proto-problem">
              <span className="mono">{path}</span> {message}
            </p>
          ))}
        </div>
      )}
    </SettingRow>
  );
}
