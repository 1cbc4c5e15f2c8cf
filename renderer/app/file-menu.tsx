import { DropdownMenu } from 'radix-ui';
import { Icon } from '../components/icon.tsx';
import { useCommandKeys } from '../components/use-command-keys.ts';
import { useCommand } from '../components/use-keys.ts';
import { useWindowState } from '../state/window-state.ts';

/** What can be done with files. Its keys work whether it is open or not. */
export function FileMenu() {
  const { session, fileDialogs } = useWindowState();
  const sessionKeys = useCommandKeys('session.open');
  const importKeys = useCommandKeys('file.import');
  const exportKeys = useCommandKeys('file.export');
  const showImport = () => fileDialogs.show({ kind: 'import', locked: null });
  const showExport = () => fileDialogs.show({ kind: 'export' });
  useCommand('file.import', () => {
    showImport();
    return true;
  });
  useCommand('file.export', () => {
    showExport();
    return true;
  });
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="button quiet">
          File
          <Icon name="chevron" size={12} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4} collisionPadding={8}>
          <Item label="New session" keys={[]} onSelect={() => void session.create()} />
          <Item
            label="Sessions, save a copy …"
            keys={sessionKeys}
            onSelect={() => session.dialogOpen.set(true)}
          />
          <Item label="Open or import …" keys={importKeys} onSelect={showImport} />
          <Item label="Export …" keys={exportKeys} onSelect={showExport} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ItemProps {
  readonly label: string;
  readonly keys: readonly string[];
  readonly onSelect: () => void;
}

function Item({ label, keys, onSelect }: ItemProps) {
  return (
    <DropdownMenu.Item className="menu-item" onSelect={onSelect}>
      <span className="ellipsis">{label}</span>
      {keys.length > 0 && <span className="menu-keys">{keys[0]}</span>}
    </DropdownMenu.Item>
  );
}
