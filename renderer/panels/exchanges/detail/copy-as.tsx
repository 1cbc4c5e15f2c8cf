import { DropdownMenu } from 'radix-ui';
import type { ExchangeDetail } from '../../../../core/contract/exchanges.ts';
import { snippetFormats, type SnippetName } from '../../../../core/formats/index.ts';
import { succeed } from '../../../../core/model/result.ts';
import { Icon } from '../../../components/icon.tsx';
import { isTunnel } from '../../../format/tone.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { copySnippet } from '../copy-snippet.ts';

const names = Object.keys(snippetFormats) as SnippetName[];

/** Copies the request as something to run. A body that is no text, or longer than 64 KiB, is named as a file. */
export function CopyAs({ detail }: { readonly detail: ExchangeDetail }) {
  const state = useWindowState();
  const copy = (name: SnippetName) => copySnippet(state, () => Promise.resolve(succeed(detail)), name);
  if (isTunnel(detail.exchange)) return null;
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="button quiet" title="Copy the request as something to run">
          Copy as
          <Icon name="chevron" size={12} />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {names.map((name) => (
            <DropdownMenu.Item key={name} className="menu-item" onSelect={() => void copy(name)}>
              <span className="ellipsis">{snippetFormats[name].label}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
