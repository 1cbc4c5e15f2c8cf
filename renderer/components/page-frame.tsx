import { useMemo } from 'react';
import { harmlessPage } from '../format/harmless-page.ts';
import { Notes } from './notes.tsx';
import './page-frame.css';

/** HTML drawn in a frame that may do nothing: no scripts, no forms, no links, not one request. */
export function PageFrame({ html, complete }: { readonly html: string; readonly complete: boolean }) {
  const page = useMemo(() => harmlessPage(html), [html]);
  return (
    <div className="viewer">
      <Notes
        notes={[
          'Nothing is loaded and no script runs: style sheets, pictures and fonts of other addresses are missing.',
          ...(complete ? [] : ['Only the first 1 MB of the page is drawn.']),
        ]}
      />
      <iframe
        className="page-frame"
        title="Page without scripts"
        sandbox=""
        referrerPolicy="no-referrer"
        srcDoc={page}
      />
    </div>
  );
}
