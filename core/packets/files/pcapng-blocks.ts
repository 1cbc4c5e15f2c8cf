/** Numbers of the pcapng format (draft-ietf-opsawg-pcapng). */

export const blockTypes = {
  section: 0x0a0d0d0a,
  interface: 1,
  /** Obsolete, still in old files. */
  packet: 2,
  simplePacket: 3,
  names: 4,
  statistics: 5,
  enhancedPacket: 6,
  secrets: 10,
} as const;

/** As a section of either byte order has it at its byte 8. */
export const byteOrderMagic = 0x1a2b3c4d;

export const options = { end: 0, comment: 1 } as const;
export const sectionOptions = { hardware: 2, system: 3, application: 4 } as const;
export const interfaceOptions = {
  name: 2,
  description: 3,
  resolution: 9,
  filter: 11,
  system: 12,
  offset: 14,
  hardware: 15,
} as const;
export const packetOptions = { flags: 2, dropCount: 4, processAndThread: 8 } as const;
export const statisticsOptions = { received: 4, droppedByInterface: 5, droppedByKernel: 7 } as const;
export const nameRecords = { end: 0, ipv4: 1, ipv6: 2 } as const;

/** Secrets type of a TLS key log: `TLSK`. */
export const tlsKeyLog = 0x544c534b;

/** The next multiple of four: options and packets are filled up to it. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}
