/** What a status code of gRPC is called and says (gRPC, "Status codes and their use in gRPC"). */
export interface GrpcStatus {
  readonly code: number;
  readonly name: string;
  /** One plain sentence. */
  readonly meaning: string;
}

export const grpcStatuses: readonly GrpcStatus[] = [
  { code: 0, name: 'OK', meaning: 'The call went well.' },
  { code: 1, name: 'CANCELLED', meaning: 'The call was cancelled, mostly by the client.' },
  { code: 2, name: 'UNKNOWN', meaning: 'The server failed without saying how; its log should say what.' },
  {
    code: 3,
    name: 'INVALID_ARGUMENT',
    meaning: 'The client sent something that can never be right, whatever the state of the server.',
  },
  {
    code: 4,
    name: 'DEADLINE_EXCEEDED',
    meaning: 'The time that the client gave the call was over before it was answered.',
  },
  { code: 5, name: 'NOT_FOUND', meaning: 'What was asked for does not exist.' },
  { code: 6, name: 'ALREADY_EXISTS', meaning: 'What should be made exists already.' },
  { code: 7, name: 'PERMISSION_DENIED', meaning: 'The server knows who asks, and does not allow it.' },
  {
    code: 8,
    name: 'RESOURCE_EXHAUSTED',
    meaning: 'A quota is used up, or a message is larger than the other side takes.',
  },
  {
    code: 9,
    name: 'FAILED_PRECONDITION',
    meaning: 'The state of the server does not allow it; something else has to be done first.',
  },
  {
    code: 10,
    name: 'ABORTED',
    meaning: 'It met with another change at the same time; trying again may work.',
  },
  { code: 11, name: 'OUT_OF_RANGE', meaning: 'It reached beyond the end of what there is.' },
  {
    code: 12,
    name: 'UNIMPLEMENTED',
    meaning: 'The server does not have this method, or not this way of calling it.',
  },
  {
    code: 13,
    name: 'INTERNAL',
    meaning: 'Something that should never happen did, in the server or on the way.',
  },
  {
    code: 14,
    name: 'UNAVAILABLE',
    meaning: 'The server cannot be used now; trying again in a moment may work.',
  },
  { code: 15, name: 'DATA_LOSS', meaning: 'Data is lost or damaged beyond repair.' },
  { code: 16, name: 'UNAUTHENTICATED', meaning: 'The credentials are missing or not valid.' },
];

/** `14 UNAVAILABLE`; the number alone for a code that gRPC does not have. */
export function grpcStatusText(code: number): string {
  const known = grpcStatuses.find((status) => status.code === code);
  return known === undefined ? String(code) : `${code} ${known.name}`;
}

export function grpcStatusMeaning(code: number): string {
  return (
    grpcStatuses.find((status) => status.code === code)?.meaning ??
    'A code that gRPC does not have; whoever wrote the server knows what it means.'
  );
}
