import { css } from '@codemirror/lang-css';
import { html } from '@codemirror/lang-html';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { xml } from '@codemirror/lang-xml';
import type { Extension } from '@codemirror/state';
import type { TextLanguage } from '../../core/decoders/detect-body.ts';

export type CodeLanguage = TextLanguage | 'graphql';

/** Highlighting and folding of a language; GraphQL has none of its own here and is shown plainly. */
export function codeLanguage(language: CodeLanguage): Extension {
  switch (language) {
    case 'json':
      return json();
    case 'xml':
      return xml();
    case 'html':
      return html();
    case 'css':
      return css();
    case 'javascript':
      return javascript({ jsx: true, typescript: true });
    case 'graphql':
    case 'plain':
      return [];
    default:
      return language satisfies never;
  }
}
