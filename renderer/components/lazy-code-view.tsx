import { lazy, Suspense, type ComponentProps } from 'react';
import type * as codeView from './code-view.tsx';

/** The editor is a third of all scripts, and not needed to show a list. */
export function loadCodeView(): Promise<typeof codeView> {
  return import('./code-view.tsx');
}

const Loaded = lazy(async () => ({ default: (await loadCodeView()).CodeView }));

/** As `CodeView` in code-view.tsx, which is loaded when one is shown, at the latest. */
export function CodeView(props: ComponentProps<typeof codeView.CodeView>) {
  return (
    <Suspense fallback={<div className="code-view" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
