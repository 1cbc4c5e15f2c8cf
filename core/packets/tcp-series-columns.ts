/** Columns of the table the points are collected in. */
export const seriesColumns = {
  packetNumber: 0,
  atUs: 1,
  end: 2,
  seq: 3,
  ack: 4,
  payloadBytes: 5,
  window: 6,
  inFlight: 7,
  rttUs: 8,
  flags: 9,
  troubles: 10,
} as const;
export const seriesColumnCount = 11;
