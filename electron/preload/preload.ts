import { contextBridge, ipcRenderer } from 'electron';

/** Hands the engine's message port to the window, nothing else. A new one comes after the engine was restarted. */
contextBridge.exposeInMainWorld('plumbline', { desktop: true });

ipcRenderer.on('plumbline-port', (event) => {
  window.postMessage({ type: 'plumbline-port' }, '*', [...event.ports]);
});
