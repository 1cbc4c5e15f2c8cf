import { useEffect, useRef } from 'react';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { usePacketActions } from './list/use-packet-actions.ts';

const commentCharsMax = 4000;

/** One line for the comment of the selected packet: Enter keeps it, Escape leaves it as it was. */
export function PacketComment() {
  const { packets } = useWindowState();
  const number = useStore(packets.commenting);
  return number === null ? null : <Editor key={number} number={number} />;
}

function Editor({ number }: { readonly number: number }) {
  const { packets } = useWindowState();
  const row = usePacketActions().row();
  const input = useRef<HTMLInputElement>(null);
  const close = () => {
    packets.commenting.set(null);
    document.querySelector<HTMLElement>('.packet-scroll')?.focus();
  };
  useEffect(() => input.current?.select(), []);
  return (
    <form
      className="packet-comment"
      onSubmit={(event) => {
        event.preventDefault();
        void packets.mark([number], { comment: input.current?.value.trim() ?? '' });
        close();
      }}
    >
      <label htmlFor="packet-comment">Comment on packet {number}</label>
      <input
        ref={input}
        id="packet-comment"
        className="field"
        maxLength={commentCharsMax}
        defaultValue={row?.comment ?? ''}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          close();
        }}
      />
      <button type="submit" className="button">
        Keep
      </button>
      <button type="button" className="button quiet" onClick={close}>
        Cancel
      </button>
    </form>
  );
}
