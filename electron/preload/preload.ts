import { contextBridge, ipcRenderer, webUtils } from 'electron';

/**
 * Hands the engine's message port to the window, and where a file is that a person dropped on it. A new port comes after
 * the engine was restarted.
 */
contextBridge.exposeInMainWorld('plumbline', {
  desktop: true,
  pathOf: (file: File) => webUtils.getPathForFile(file),
});

ipcRenderer.on('plumbline-port', (event) => {
  window.postMessage({ type: 'plumbline-port' }, '*', [...event.ports]);
});
