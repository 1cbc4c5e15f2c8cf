import type { BodyInfo, BodyPages } from '../../../state/body-pages.ts';

export interface NamedContent {
  /** Of the message, with its package. */
  readonly type: string;
  readonly pages: BodyPages;
  readonly problem: string | null;
}

export interface BodyViewerProps {
  readonly pages: BodyPages;
  readonly info: BodyInfo;
  readonly contentType: string | null;
  /** Suggested for saving, without an extension that the type says. */
  readonly fileName: string;
  /** What to run where the window cannot save; null where nothing can be run. */
  readonly command: string | null;
  /** The same content with the names of a schema, as JSON. */
  readonly named?: NamedContent | null;
  /** Where its choices are drawn; left out: in a bar of its own. */
  readonly barPlace?: HTMLElement | null;
}
