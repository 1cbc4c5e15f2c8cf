import type { ExchangeDetail, HeadView } from '../../core/contract/exchanges.ts';
import {
  grpcEncoding,
  grpcMessage,
  grpcMethod,
  grpcTimeoutMs,
  grpcStatusText,
  grpcStatusWords,
} from '../../core/decoders/grpc-call.ts';
import { fieldValue } from '../../core/model/header-fields.ts';
import { isGrpc } from '../../core/model/long-lived-words.ts';
import { formatDuration } from './duration.ts';

export interface GrpcFact {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** What the overview says of a gRPC call; nothing for anything else. */
export function grpcFacts(detail: ExchangeDetail): GrpcFact[] {
  const { exchange, request, response, responseTrailers } = detail;
  if (!isGrpc(exchange)) return [];
  const called = grpcMethod(exchange.path);
  const message = grpcMessage(responseTrailers) ?? grpcMessage(fieldsOf(response));
  const encodings = [grpcEncoding(fieldsOf(request)), grpcEncoding(fieldsOf(response))];
  const facts: (GrpcFact | null)[] = [
    called === null
      ? null
      : { name: 'Service', value: called.service, meaning: 'The gRPC service, with its package.' },
    called === null ? null : { name: 'Method', value: called.method, meaning: 'The method that was called.' },
    {
      name: 'gRPC status',
      value: statusText(detail),
      meaning: 'How the call went, from its trailers. The HTTP status only says that there is an answer.',
    },
    message === null || message === ''
      ? null
      : { name: 'Message', value: message, meaning: 'What the server says beside the status.' },
    { name: 'Deadline', value: deadlineText(detail), meaning: 'How long the client waits (grpc-timeout).' },
    {
      name: 'Encoding',
      value:
        encodings[0] === encodings[1]
          ? (encodings[0] ?? '')
          : `${encodings[0]} sent, ${encodings[1]} received`,
      meaning: 'How messages with the compressed flag are compressed (grpc-encoding).',
    },
  ];
  return facts.filter((fact) => fact !== null);
}

function statusText({ exchange: { grpcStatus, state } }: ExchangeDetail): string {
  if (grpcStatus !== null) return `${grpcStatusText(grpcStatus)} · ${grpcStatusWords(grpcStatus)}`;
  return state === 'open' ? 'None yet' : 'None: the call ended without trailers that say it.';
}

/** The time the client gave, and what was left of it when the call ended. */
function deadlineText({ exchange, request }: ExchangeDetail): string {
  const timeout = fieldValue(fieldsOf(request), 'grpc-timeout');
  const timeoutMs = timeout === null ? null : grpcTimeoutMs(timeout);
  if (timeout === null) return 'None: the client waits as long as it takes.';
  if (timeoutMs === null) return `“${timeout}” is no time that gRPC knows.`;
  const given = formatDuration(timeoutMs * 1000);
  if (exchange.endedAtUs === null) return given;
  const leftUs = timeoutMs * 1000 - (exchange.endedAtUs - exchange.startedAtUs);
  return leftUs >= 0
    ? `${given}; ${formatDuration(leftUs)} were left when the call ended`
    : `${given}; it had passed ${formatDuration(-leftUs)} before the call ended`;
}

function fieldsOf(head: HeadView | null): HeadView['headers'] {
  return head?.headers ?? [];
}
