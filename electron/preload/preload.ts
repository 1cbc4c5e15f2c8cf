import { contextBridge, ipcRenderer, webUtils } from 'electron';

/**
 * Hands the engine's message port to the window, where a file is that a person dropped on it, and where they want one
 * written. A new port comes after the engine was restarted.
 */
contextBridge.exposeInMainWorld('plumbline', {
  desktop: true,
  pathOf: (file: File) => webUtils.getPathForFile(file),
  chooseTarget: (suggested: string) => ipcRenderer.invoke('plumbline-choose-target', suggested),
});

ipcRenderer.on('plumbline-port', (event) => {
  window.postMessage({ type: 'plumbline-port' }, '*', [...event.ports]);
});
