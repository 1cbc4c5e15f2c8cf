/** Puts bytes or text into a file: the browser or the desktop shell asks where. */
export function saveFile(name: string, type: string, content: string | Uint8Array | Blob): void {
  const blob =
    content instanceof Blob
      ? content
      : new Blob([typeof content === 'string' ? content : content.slice()], { type });
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then; the bytes are held until it is done.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
