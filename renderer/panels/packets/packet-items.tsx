import { ContextMenu } from 'radix-ui';
import { copyText } from '../../components/clipboard.ts';
import { MenuItem } from '../../components/menu-item.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { usePacketActions } from './list/use-packet-actions.ts';

/** What can be done with the selected packet, in the menu of its row and of its fields. */
export function PacketItems() {
  const { packets, places } = useWindowState();
  const actions = usePacketActions();
  const row = actions.row();
  const references = useStore(packets.references);
  const shown = useStore(packets.detail);
  if (row === undefined) return null;
  const { conversation } = row;
  const exchange = shown?.number === row.number ? (shown.detail?.exchangeId ?? null) : null;
  const isReference = references.some(({ number }) => number === row.number);
  return (
    <>
      <MenuItem keys="s" disabled={conversation === null} onSelect={() => actions.follow()}>
        Follow its stream
      </MenuItem>
      <MenuItem
        disabled={conversation === null}
        onSelect={() => {
          if (conversation !== null)
            places.openPackets({ kind: 'conversation', id: conversation }, row.number);
        }}
      >
        Only its conversation
      </MenuItem>
      <MenuItem
        disabled={conversation === null}
        onSelect={() => {
          if (conversation !== null) places.openConversation(conversation);
        }}
      >
        Open its conversation
      </MenuItem>
      <MenuItem
        disabled={exchange === null}
        onSelect={() => {
          if (exchange !== null) void places.openExchange(exchange);
        }}
      >
        Open its exchange
      </MenuItem>
      <ContextMenu.Separator />
      <MenuItem keys="x" onSelect={() => actions.toggleMark()}>
        {row.marked ? 'Remove the mark' : 'Mark'}
      </MenuItem>
      <MenuItem keys="m" onSelect={() => actions.comment()}>
        Comment
      </MenuItem>
      <MenuItem keys="e" onSelect={() => actions.toggleReference()}>
        {isReference ? 'No longer count times from it' : 'Count times from it'}
      </MenuItem>
      <ContextMenu.Separator />
      <MenuItem onSelect={() => packets.decoding.set(row)}>Decode as …</MenuItem>
      <MenuItem
        onSelect={() => {
          const text = actions.text();
          if (text !== null) void copyText(text);
        }}
      >
        Copy row
      </MenuItem>
    </>
  );
}
