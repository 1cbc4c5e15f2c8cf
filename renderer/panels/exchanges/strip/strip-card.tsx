import type { ReactNode } from 'react';

interface StripCardProps {
  /** Where it points to, as a share of the width. */
  readonly share: number;
  /** The pointer is there; else the cursor was moved by keys. */
  readonly following: boolean;
  readonly children: ReactNode;
}

/** Time and counts of the bar under the cursor, below the strip. */
export function StripCard({ share, following, children }: StripCardProps) {
  const edge = share < 0.15 ? 'start' : share > 0.85 ? 'end' : 'middle';
  return (
    <span
      className={`strip-card ${following ? '' : 'by-key'}`}
      data-edge={edge}
      role={following ? 'tooltip' : undefined}
      aria-hidden={!following}
      style={{ left: `${share * 100}%` }}
    >
      {children}
    </span>
  );
}
