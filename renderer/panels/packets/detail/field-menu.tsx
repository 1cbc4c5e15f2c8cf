import type { ReactElement } from 'react';
import { ContextMenu } from 'radix-ui';
import type { PacketDetail, TreeNode } from '../../../../core/contract/packets.ts';
import { copyText } from '../../../components/clipboard.ts';
import { MenuItem } from '../../../components/menu-item.tsx';
import { byteForms, formatPacketBytes } from '../../../format/byte-forms.ts';
import { formatCount } from '../../../format/duration.ts';
import { valueOfLabel } from '../../../format/packet-tree.ts';
import { FilterItems } from '../filter-items.tsx';
import { focusAfterMenu } from '../list/packet-menu.tsx';
import { useGoTo } from '../use-go-to.ts';
import { PacketItems } from '../packet-items.tsx';

interface FieldMenuProps {
  readonly detail: PacketDetail;
  /** The selected field; none for the packet as a whole. */
  readonly node: TreeNode | undefined;
  readonly children: ReactElement;
}

/** What can be done with a field of the tree, and with its packet. */
export function FieldMenu({ detail, node, children }: FieldMenuProps) {
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          className="menu"
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusAfterMenu('.protocol-tree [role="tree"]');
          }}
        >
          <FilterItems term={node?.filter ?? ''} />
          {node?.packet !== undefined && <PacketItem number={node.packet} />}
          {node !== undefined && <CopyItems detail={detail} node={node} />}
          <ContextMenu.Separator />
          <PacketItems />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function PacketItem({ number }: { readonly number: number }) {
  const goTo = useGoTo();
  return <MenuItem onSelect={() => goTo(number)}>Go to packet {formatCount(number)}</MenuItem>;
}

function CopyItems({ detail, node }: { readonly detail: PacketDetail; readonly node: TreeNode }) {
  const source = detail.sources[node.source]?.bytes;
  const bytes = source?.subarray(node.from, node.from + node.bytes) ?? new Uint8Array();
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className="menu-item">Copy</ContextMenu.SubTrigger>
      <ContextMenu.Portal>
        <ContextMenu.SubContent className="menu" collisionPadding={8}>
          <MenuItem onSelect={() => void copyText(valueOfLabel(node.label))}>Value</MenuItem>
          <MenuItem onSelect={() => void copyText(node.label)}>Line</MenuItem>
          <MenuItem disabled={node.field === ''} onSelect={() => void copyText(node.field)}>
            Name of the field
          </MenuItem>
          <MenuItem disabled={node.filter === ''} onSelect={() => void copyText(node.filter)}>
            As filter
          </MenuItem>
          {byteForms.map(({ form, label }) => (
            <MenuItem
              key={form}
              disabled={bytes.length === 0}
              onSelect={() => void copyText(formatPacketBytes(bytes, form))}
            >
              Bytes {label}
            </MenuItem>
          ))}
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
  );
}
