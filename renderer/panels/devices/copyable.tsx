import { CopyButton } from '../../components/copy-button.tsx';

/** A value in monospace with the button that copies it. */
export function Copyable({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <>
      <span className="mono">{text}</span>
      <CopyButton text={text} what={what} />
    </>
  );
}
