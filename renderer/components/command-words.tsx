import { Fragment } from 'react';
import './command-words.css';

/** A command to copy: lines break between its words, never within an option such as `--data-dir`. */
export function CommandWords({ text }: { readonly text: string }) {
  return (
    <code className="command-words">
      {text.split(' ').map((word, at) => (
        <Fragment key={at}>
          {at > 0 && ' '}
          <span>{word}</span>
        </Fragment>
      ))}
    </code>
  );
}
