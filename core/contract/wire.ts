/**
 * What travels between a window and the engine, the same over a MessagePort and a WebSocket.
 * A window asks (`call`), the engine answers once per `id` (`answer`) and tells (`event`).
 */
export interface CallMessage {
  readonly kind: 'call';
  readonly id: number;
  readonly service: string;
  readonly method: string;
  readonly params: unknown;
}

export interface AnswerMessage {
  readonly kind: 'answer';
  readonly id: number;
  readonly outcome:
    | { readonly ok: true; readonly value: unknown }
    | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };
}

export interface EventMessage {
  readonly kind: 'event';
  readonly service: string;
  readonly event: string;
  readonly payload: unknown;
}

export type EngineMessage = AnswerMessage | EventMessage;

/** One end of the door as the window sees it. `onClose` fires once; the owner then makes a new channel. */
export interface Channel {
  readonly send: (message: CallMessage) => void;
  readonly onMessage: (listener: (message: EngineMessage) => void) => void;
  readonly onClose: (listener: () => void) => void;
  readonly close: () => void;
}
