import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The colours of the JSON tree, for every language. */
export const codeLook = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.attributeName, tags.definition(tags.variableName)],
    color: 'var(--json-key)',
  },
  { tag: [tags.string, tags.attributeValue, tags.regexp, tags.character], color: 'var(--json-string)' },
  { tag: [tags.number, tags.unit, tags.color], color: 'var(--json-number)' },
  {
    tag: [tags.bool, tags.null, tags.keyword, tags.tagName, tags.atom, tags.operatorKeyword],
    color: 'var(--json-word)',
  },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], color: 'var(--muted)' },
]);

export const codeTheme = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', color: 'var(--text)', backgroundColor: 'var(--background)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '18px', overscrollBehavior: 'contain' },
  '.cm-content': { padding: '4px 0' },
  '.cm-content:focus-visible': { outline: 'none' },
  '.cm-line': { padding: '0 12px 0 4px' },
  '.cm-gutters': { backgroundColor: 'var(--background)', color: 'var(--muted)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 12px', minWidth: '36px' },
  '.cm-foldPlaceholder': {
    backgroundColor: 'var(--panel)',
    border: '1px solid var(--line-strong)',
    color: 'var(--muted)',
  },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { fontFamily: 'var(--ui)', fontSize: '13px', padding: '4px 12px' },
  '.cm-panel.cm-search label': { fontSize: '12px' },
  '.cm-textfield': {
    backgroundColor: 'var(--background)',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    color: 'inherit',
    fontSize: '13px',
    padding: '2px 8px',
  },
  '.cm-textfield:focus': {
    borderColor: 'var(--accent)',
    outline: '1px solid var(--accent)',
    outlineOffset: '-1px',
  },
  '.cm-button': {
    backgroundColor: 'var(--raised)',
    backgroundImage: 'none',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    color: 'inherit',
    fontSize: '13px',
    padding: '1px 8px',
  },
  '.cm-panel.cm-search [name=close]': { color: 'var(--muted)', fontSize: '16px' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 30%, transparent)',
  },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--warning) 35%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--warning) 70%, transparent)' },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--accent) 18%, transparent)' },
});
