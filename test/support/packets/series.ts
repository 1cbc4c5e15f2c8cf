import type { ConversationSeries } from '../../../core/contract/packets.ts';
import { packetTroubles as trouble } from '../../../core/packets/tcp-events.ts';
import type { Traffic } from './traffic.ts';

type Columns = { -readonly [K in Exclude<keyof ConversationSeries, 'thinned'>]: ConversationSeries[K] };

function columns(count: number): Columns {
  const numbers = () => new Float64Array(count);
  return {
    ...{
      packetNumbers: numbers(),
      atUs: numbers(),
      ends: new Uint8Array(count),
      seq: numbers(),
      ack: numbers(),
    },
    ...{ payloadBytes: numbers(), window: numbers(), inFlight: numbers(), rttUs: numbers() },
    ...{ flags: numbers(), troubles: numbers() },
  };
}

/** The points of a conversation of the script. */
export function scriptSeries(traffic: Traffic, id: number): ConversationSeries {
  const numbers = traffic.packetsOf(id);
  const made = columns(numbers.length);
  for (const [at, number] of numbers.entries()) {
    const step = traffic.step(number);
    made.packetNumbers[at] = number;
    made.atUs[at] = traffic.atUs(number);
    made.ends[at] = step.end === 'a' ? 0 : 1;
    made.seq[at] = step.seq;
    made.ack[at] = step.ack;
    made.payloadBytes[at] = step.payload.length;
    made.window[at] = step.window;
    made.inFlight[at] = step.inFlight;
    made.rttUs[at] = step.rttUs;
    made.flags[at] = step.flags;
    made.troubles[at] = step.troubles;
  }
  return { ...made, thinned: 0 };
}

/** A long download with loss every 900 packets or so and a receiver that stops reading now and then. */
export function longSeries(count: number, startUs: number): ConversationSeries {
  const made = columns(count);
  let [seq, ack, at] = [1, 1, startUs];
  let lostAt = -1;
  for (let point = 0; point < count; point += 1) {
    const isAck = point % 3 === 2;
    const stall = point % 17_000 === 16_999;
    at += stall ? 900_000 : 180 + ((point * 37) % 90);
    made.packetNumbers[point] = point * 2 + 1;
    made.atUs[point] = at;
    made.ends[point] = isAck ? 0 : 1;
    made.flags[point] = 16;
    if (isAck) {
      const isDuplicate = lostAt >= 0;
      if (!isDuplicate) ack = seq;
      const window = stall ? 0 : Math.max(20_000, 262_144 - ((point * 53) % 200_000));
      made.seq[point] = 120;
      made.ack[point] = ack;
      made.window[point] = window;
      made.rttUs[point] = isDuplicate ? -1 : 24_000 + ((point * 613) % 9_000);
      made.troubles[point] = isDuplicate ? trouble.duplicateAck : stall ? trouble.zeroWindow : 0;
      continue;
    }
    const again = lostAt >= 0 && point % 900 > 20;
    made.seq[point] = again ? lostAt : seq;
    made.payloadBytes[point] = 1448;
    made.window[point] = 64_256;
    made.rttUs[point] = -1;
    made.ack[point] = 120;
    made.troubles[point] = again ? trouble.retransmission : 0;
    if (again) lostAt = -1;
    else {
      if (point % 900 === 0) lostAt = seq;
      seq += 1448;
    }
    made.inFlight[point] = Math.max(1448, seq - ack);
  }
  return { ...made, thinned: 0 };
}
