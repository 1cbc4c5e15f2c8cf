/** Frame types (RFC 9113 section 6; RFC 9218 section 7.1). Others are passed over. */
export const FRAME = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
  PRIORITY_UPDATE: 0x10,
} as const;

const FRAME_NAMES = new Map<number, string>(Object.entries(FRAME).map(([name, type]) => [type, name]));

export function frameName(type: number): string {
  return FRAME_NAMES.get(type) ?? `type ${type}`;
}

export const FLAG = { END_STREAM: 0x1, ACK: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const;

const ERROR_NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** RFC 9113 section 7; of any other code its number in hexadecimal, e.g. `0x1f`. */
export function errorName(code: number): string {
  return ERROR_NAMES[code] ?? `0x${code.toString(16)}`;
}

/** Settings that the observer itself follows. */
export const SETTING = { HEADER_TABLE_SIZE: 0x1, INITIAL_WINDOW_SIZE: 0x4, MAX_FRAME_SIZE: 0x5 } as const;

const SETTING_NAMES = new Map<number, string>([
  [0x1, 'HEADER_TABLE_SIZE'],
  [0x2, 'ENABLE_PUSH'],
  [0x3, 'MAX_CONCURRENT_STREAMS'],
  [0x4, 'INITIAL_WINDOW_SIZE'],
  [0x5, 'MAX_FRAME_SIZE'],
  [0x6, 'MAX_HEADER_LIST_SIZE'],
  [0x8, 'ENABLE_CONNECT_PROTOCOL'],
  [0x9, 'NO_RFC7540_PRIORITIES'],
]);

/** RFC 9113 section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1; of any other its number, e.g. `0x4a4a`. */
export function settingName(identifier: number): string {
  return SETTING_NAMES.get(identifier) ?? `0x${identifier.toString(16)}`;
}
