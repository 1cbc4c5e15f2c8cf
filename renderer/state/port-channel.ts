import type { Channel, EngineMessage } from '../../core/contract/wire.ts';
import type { ChannelEvents } from './channel-events.ts';

/**
 * Desktop: the preload script posts `{type: 'plumbline-port'}` with a port, again whenever the engine was restarted.
 * Chromium does not tell when the other end of a port is gone: the next port says it.
 */
export function startPortChannels(events: ChannelEvents): void {
  let close = () => {};
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const port = event.ports[0];
    if (event.source !== window || port === undefined || !isPortMessage(event.data)) return;
    close();
    const channel = portChannel(port);
    close = channel.close;
    events.opened(channel);
  });
}

function portChannel(port: MessagePort): Channel {
  const closers = new Set<() => void>();
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    port.close();
    for (const closer of closers) closer();
  };
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', (event: MessageEvent<EngineMessage>) => listener(event.data));
      port.start();
    },
    onClose: (listener) => closers.add(listener),
    close,
  };
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'plumbline-port';
}
