/** What is selected in the page, in a field, or in the text of a body. */
export function selectedText(): string {
  const focused = document.activeElement;
  if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement)
    return focused.value.slice(focused.selectionStart ?? 0, focused.selectionEnd ?? 0);
  // Chromium's way into a selection inside of a shadow root.
  const root = focused?.shadowRoot as
    (ShadowRoot & { getSelection?: () => Selection | null }) | null | undefined;
  const inside = root?.getSelection?.()?.toString() ?? '';
  return inside === '' ? String(getSelection()) : inside;
}
