import type { DeviceCheckView } from '../../../core/contract/devices.ts';
import { checkStateWords } from '../../format/device-words.ts';

interface CheckSignProps {
  readonly check: DeviceCheckView;
  readonly size: number;
}

/** State of a check by shape and colour: a tick in a filled circle, a ring, a triangle. */
export function CheckSign({ check: { state, title }, size }: CheckSignProps) {
  return (
    <svg
      className={`check-sign ${state}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      role="img"
      aria-label={`${title}: ${checkStateWords[state]}`}
    >
      <title>{`${title}: ${checkStateWords[state]}`}</title>
      {state === 'done' && (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path className="tick" d="m4.8 8.4 2.3 2.3 4.2-4.8" fill="none" strokeWidth="1.6" />
        </>
      )}
      {state === 'open' && (
        <circle
          cx="8"
          cy="8"
          r="6"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray="2.5 2.2"
        />
      )}
      {state === 'problem' && (
        <>
          <path d="M8 1 15.5 14.5H.5z" fill="currentColor" />
          <path className="tick" d="M8 5.8v4.4m0 1.4v1.4" fill="none" strokeWidth="1.6" />
        </>
      )}
    </svg>
  );
}
