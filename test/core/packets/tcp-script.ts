import { Buffer } from 'node:buffer';
import type { DecodedPacket } from '../../../core/packets/decoded-packet.ts';
import { createDecodedPacket, tcpFlags } from '../../../core/packets/decoded-packet.ts';
import { TcpConversation } from '../../../core/packets/tcp-conversation.ts';
import { packetTroubles, type StreamTaker } from '../../../core/packets/tcp-events.ts';
import { TcpShared } from '../../../core/packets/tcp-shared.ts';

/** Initial sequence numbers of the scripts; `seq` and `ack` of a step are relative to them, 0 is the SYN. */
export const ISN = [4_294_967_000, 70_000] as const;

export interface Step {
  readonly end: 0 | 1;
  /** µs since the conversation began. */
  readonly at: number;
  readonly seq: number;
  /** Absent: no ACK. */
  readonly ack?: number;
  readonly flags?: number;
  readonly data?: string | Uint8Array;
  readonly window?: number;
  readonly mss?: number;
  readonly scale?: number;
  readonly sack?: boolean;
  readonly ts?: number;
  readonly fastOpen?: number;
  /** Identification of IPv4. */
  readonly id?: number;
  /** Blocks of SACK, each from and to in positions of the other end. */
  readonly sacked?: readonly (readonly [number, number])[];
  /** The capture kept only so many bytes of the payload. */
  readonly captured?: number;
}

export const START_US = 1_700_000_000_000_000;

export function decodedStep(step: Step): DecodedPacket {
  const decoded = createDecodedPacket();
  const payload = step.data === undefined ? new Uint8Array(0) : bytesOf(step.data);
  decoded.bytes = new Uint8Array(54 + payload.length + 32);
  decoded.to = decoded.bytes.length;
  decoded.bytes.set(payload, 54);
  const view = new DataView(decoded.bytes.buffer);
  decoded.addressBytes = 4;
  decoded.networkAt = 14;
  view.setUint16(18, step.id ?? 0);
  decoded.sackBlocks = step.sacked?.length ?? 0;
  decoded.sackAt = 54 + payload.length;
  step.sacked?.forEach((edges, block) => {
    edges.forEach((edge, side) => {
      view.setUint32(decoded.sackAt + 8 * block + 4 * side, (ISN[step.end === 0 ? 1 : 0] + edge) >>> 0);
    });
  });
  decoded.transportAt = 34;
  decoded.ipProtocol = 6;
  decoded.payloadFrom = 54;
  decoded.payloadTo = 54 + payload.length;
  decoded.payloadCaptured = step.captured ?? payload.length;
  decoded.seq = (ISN[step.end] + step.seq) >>> 0;
  decoded.ack = step.ack === undefined ? 0 : (ISN[step.end === 0 ? 1 : 0] + step.ack) >>> 0;
  decoded.tcpFlags = (step.flags ?? 0) | (step.ack === undefined ? 0 : tcpFlags.ack);
  decoded.window = step.window ?? 1000;
  decoded.mss = step.mss ?? -1;
  decoded.windowScale = step.scale ?? -1;
  decoded.sackPermitted = step.sack ?? false;
  decoded.timestampValue = step.ts ?? -1;
  decoded.fastOpenBytes = step.fastOpen ?? -1;
  decoded.sourcePort = step.end === 0 ? 50_000 : 443;
  decoded.destinationPort = step.end === 0 ? 443 : 50_000;
  return decoded;
}

export interface Played {
  readonly conversation: TcpConversation;
  readonly shared: TcpShared;
  /** What was told to the taker, as text: `client abc`, `server gap 10`, `client fin`. Neighbouring bytes of one end are joined. */
  readonly told: string[];
  /** Names of each packet's troubles. */
  readonly troubles: string[][];
}

/** Plays the steps; the bytes of a packet are overwritten after it, so that a view kept by mistake shows. */
export function play(steps: readonly Step[], shared = new TcpShared()): Played {
  const told: string[] = [];
  const conversation = new TcpConversation(shared, collector(told), START_US);
  const troubles = steps.map((step, index) => {
    const decoded = decodedStep(step);
    const names = troubleNames(conversation.packet(decoded, step.end, START_US + step.at, index + 1));
    decoded.bytes.fill(0x21);
    return names;
  });
  return { conversation, shared, told, troubles };
}

export function collector(told: string[]): StreamTaker {
  return {
    bytes: (sender, chunk) => {
      const text = Buffer.from(chunk).toString('latin1');
      const last = told.at(-1);
      if (last?.startsWith(`${sender} "`) === true) told[told.length - 1] = `${last.slice(0, -1)}${text}"`;
      else told.push(`${sender} "${text}"`);
    },
    gap: (sender, bytes) => told.push(`${sender} gap ${bytes}`),
    end: (sender, how) => told.push(`${sender} ${how}`),
  };
}

export function troubleNames(troubles: number): string[] {
  return Object.entries(packetTroubles)
    .filter(([, bit]) => (troubles & bit) !== 0)
    .map(([name]) => name);
}

export function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Uint8Array.from(Buffer.from(data, 'latin1')) : data;
}

/** A handshake that takes 2 ms: 1.5 ms to the SYN/ACK, 0.5 ms to its ACK; both with scale 2 and MSS 1460. */
export const handshake: readonly Step[] = [
  { end: 0, at: 0, seq: 0, flags: tcpFlags.syn, mss: 1460, scale: 2, sack: true },
  { end: 1, at: 1500, seq: 0, ack: 1, flags: tcpFlags.syn, mss: 1460, scale: 2, sack: true },
  { end: 0, at: 2000, seq: 1, ack: 1 },
];
