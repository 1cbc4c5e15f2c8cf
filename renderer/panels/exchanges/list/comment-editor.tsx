import { useEffect, useRef } from 'react';
import { commentCharsMax } from '../../../../core/model/mark.ts';
import { formatCount } from '../../../format/duration.ts';
import { chosenCount } from '../../../state/selection.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** One line for the comment of the selected exchanges: Enter keeps it, Escape leaves it as it was. */
export function CommentEditor({ onClose }: { readonly onClose: () => void }) {
  const { view, selection, actions } = useWindowState();
  const input = useRef<HTMLInputElement>(null);
  const focused = selection.state.get();
  const row = focused?.index == null ? undefined : view.row(focused.index);
  const count = chosenCount(selection.chosen.get(), view.state.get().count);
  const close = () => {
    onClose();
    document.querySelector<HTMLElement>('[role="grid"]')?.focus();
  };
  useEffect(() => input.current?.select(), []);
  return (
    <form
      className="comment-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void actions.mark({ comment: input.current?.value.trim() ?? '' });
        close();
      }}
    >
      <label htmlFor="comment-text">
        {count > 1 ? `Comment on ${formatCount(count)} exchanges` : `Comment on #${row?.id ?? ''}`}
      </label>
      <input
        ref={input}
        id="comment-text"
        className="field"
        maxLength={commentCharsMax}
        defaultValue={row?.mark?.comment ?? ''}
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
