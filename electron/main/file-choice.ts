import { BrowserWindow, dialog, ipcMain, type IpcMainInvokeEvent } from 'electron';
import { windowOrigin } from './window-files.ts';

/** As long as a path can be in the contract. */
const pathCharsMax = 4096;

/**
 * The system's own dialog for where to write, asked for by the window. All the window gets is the path that the person
 * chose, or null; nothing is read or written here.
 */
export function answerFileChoices(): void {
  const asking = new Set<BrowserWindow>();
  ipcMain.handle('plumbline-choose-target', async (event, suggested: unknown): Promise<string | null> => {
    const window = askedFrom(event);
    if (window === null || asking.has(window)) return null;
    if (typeof suggested !== 'string' || suggested.length > pathCharsMax) return null;
    asking.add(window);
    try {
      const chosen = await dialog.showSaveDialog(window, {
        defaultPath: suggested,
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      });
      return chosen.canceled || chosen.filePath === '' ? null : chosen.filePath;
    } finally {
      asking.delete(window);
    }
  });
}

/** The window of ours whose own page asks; null for any frame in it and any other page. */
function askedFrom({ sender, senderFrame }: IpcMainInvokeEvent): BrowserWindow | null {
  const isOurs = senderFrame === sender.mainFrame && senderFrame.url.startsWith(`${windowOrigin}/`);
  return isOurs ? BrowserWindow.fromWebContents(sender) : null;
}
