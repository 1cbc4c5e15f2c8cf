import { useEffect, useRef, type Ref } from 'react';
import { standardKeymap } from '@codemirror/commands';
import { codeFolding, foldGutter, foldKeymap, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { codeLanguage, type CodeLanguage } from './code-language.ts';
import { codeLook, codeTheme } from './code-theme.ts';
import './code-view.css';

export interface CodeHandle {
  readonly find: () => void;
  /** Selects characters and brings them into the middle. */
  readonly select: (from: number, to: number) => void;
}

interface CodeViewProps {
  readonly label: string;
  readonly text: string;
  readonly language: CodeLanguage;
  readonly wrap: boolean;
  /** Number of the first line; null where it is not known, and lines are not numbered. */
  readonly firstLine?: number | null;
  readonly ref?: Ref<CodeHandle>;
  /** The text is part of a larger one, which is searched elsewhere. */
  readonly onFind?: () => void;
}

/**
 * Text that is read, not written: highlighted, numbered, foldable, searchable. It lives in a shadow root, where its
 * style sheets are adopted, since the policy of the window refuses style elements.
 */
export function CodeView({ label, text, language, wrap, firstLine = 1, ref, onFind }: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const finding = useRef(onFind);
  useEffect(() => {
    finding.current = onFind;
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const wrapping = new Compartment();
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          numbering(firstLine),
          fixedExtensions(label, () => {
            if (finding.current === undefined) return false;
            finding.current();
            return true;
          }),
          codeLanguage(language),
          wrapping.of(wrap ? EditorView.lineWrapping : []),
        ],
      }),
    });
    editor.current = view;
    return () => {
      editor.current = null;
      view.destroy();
    };
  }, [text, language, wrap, firstLine, label]);

  useEffect(() => {
    const handle: CodeHandle = {
      find: () => {
        if (editor.current !== null) openSearchPanel(editor.current);
      },
      select: (from, to) => {
        const view = editor.current;
        if (view === null) return;
        const end = view.state.doc.length;
        view.dispatch({
          selection: { anchor: Math.min(from, end), head: Math.min(to, end) },
          effects: EditorView.scrollIntoView(Math.min(from, end), { y: 'center' }),
        });
      },
    };
    if (typeof ref === 'function') ref(handle);
    else if (ref != null) ref.current = handle;
  });
  return <div ref={host} className="code-view" />;
}

function numbering(firstLine: number | null): Extension {
  return firstLine === null ? [] : lineNumbers({ formatNumber: (line) => String(line + firstLine - 1) });
}

/** The words of the search panel as the rest of the window writes them. */
const phrases = {
  Find: 'Find in the body',
  next: 'Next',
  previous: 'Previous',
  all: 'Select all',
  'match case': 'Match case',
  regexp: 'Regular expression',
  'by word': 'Whole words',
  close: 'Close',
};

function fixedExtensions(label: string, find: () => boolean): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorState.phrases.of(phrases),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
    drawSelection(),
    codeFolding(),
    foldGutter(),
    search({ top: true }),
    highlightSelectionMatches(),
    keymap.of([{ key: 'Mod-f', run: find }, ...searchKeymap, ...foldKeymap, ...standardKeymap]),
    syntaxHighlighting(codeLook),
    codeTheme,
  ];
}
