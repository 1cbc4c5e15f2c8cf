import { useEffect, useState } from 'react';
import { copyText } from './clipboard.ts';
import { Icon } from './icon.tsx';

interface CopyButtonProps {
  /** Asked for when it is copied, where it is costly to make. */
  readonly text: string | (() => Promise<string>);
  /** What is copied: `address`, `path`. */
  readonly what: string;
  /** Shown beside the icon. */
  readonly label?: string;
  /** Not where a key of what it stands in copies the same. */
  readonly isStop?: boolean;
}

const confirmedMs = 1200;

export function CopyButton({ text, what, label, isStop = true }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), confirmedMs);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <button
      type="button"
      className="button quiet"
      tabIndex={isStop ? undefined : -1}
      title={copied ? 'Copied' : `Copy ${what}`}
      aria-label={`Copy ${what}`}
      onClick={() => {
        void (typeof text === 'string' ? copyText(text) : text().then(copyText));
        setCopied(true);
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} size={14} />
      {label}
    </button>
  );
}
