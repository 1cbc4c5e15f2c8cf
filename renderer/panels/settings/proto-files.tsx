import { useEffect, useState } from 'react';
import { formatCount } from '../../format/duration.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { EntryList } from './entry-list.tsx';
import { SettingRow } from './setting-row.tsx';

interface Check {
  readonly files: number;
  readonly services: number;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

/** Files and folders with `.proto` files, and what was found in them. */
export function ProtoFilesSetting() {
  const { settings, connection } = useWindowState();
  const saved = useStore(settings.state)?.settings.protoFiles ?? [];
  const [check, setCheck] = useState<Check | null>(null);
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
  return (
    <SettingRow setting="protoFiles" usual="none">
      <EntryList
        id="protoFiles"
        fieldLabel="File or folder to add to the proto files"
        charsMax={4096}
        entries={saved}
        textOf={(path) => path}
        parse={(path) => path}
        none="gRPC messages show field numbers. Add the .proto files of the service to see names."
        placeholder="for example /home/ada/shop/protos"
        onEdit={(edit) => settings.update(({ protoFiles }) => ({ protoFiles: edit(protoFiles) }))}
      />
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
