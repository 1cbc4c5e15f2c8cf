import { useState } from 'react';

interface OneLineFormProps {
  readonly label: string;
  readonly placeholder: string;
  readonly action: string;
  readonly onSubmit: (text: string) => Promise<void>;
}

/** One field and one button. */
export function OneLineForm({ label, placeholder, action, onSubmit }: OneLineFormProps) {
  const [text, setText] = useState('');
  return (
    <form
      className="one-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '') return;
        void onSubmit(text.trim());
        setText('');
      }}
    >
      <input
        className="field mono"
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" className="button" disabled={text.trim() === ''}>
        {action}
      </button>
    </form>
  );
}
