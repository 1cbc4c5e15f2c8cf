import type { ReactNode } from 'react';

/** A term that explains itself on hover in one sentence. */
export function Term({ meaning, children }: { readonly meaning: string; readonly children: ReactNode }) {
  return (
    <abbr className="term" title={meaning}>
      {children}
    </abbr>
  );
}
