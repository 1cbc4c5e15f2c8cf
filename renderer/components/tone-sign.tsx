import type { Tone } from '../format/tone.ts';
import './tone-sign.css';

const names: Readonly<Record<Tone, string>> = { note: 'Note', warning: 'Warning', problem: 'Problem' };

/** Severity by shape and colour: ring, triangle, filled diamond. `remark` is said on hover. */
export function ToneSign({ tone, remark }: { readonly tone: Tone; readonly remark?: string }) {
  return (
    <svg
      className={`tone-sign ${tone}`}
      width="12"
      height="12"
      viewBox="0 0 12 12"
      role="img"
      aria-label={names[tone]}
    >
      {remark !== undefined && <title>{remark}</title>}
      <rect width="12" height="12" fill="transparent" />
      {tone === 'note' && (
        <circle cx="6" cy="6" r="3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      )}
      {tone === 'warning' && <path d="M6 1.5 11 10.5H1z" fill="currentColor" />}
      {tone === 'problem' && <path d="m6 .8 5.2 5.2L6 11.2.8 6z" fill="currentColor" />}
    </svg>
  );
}
