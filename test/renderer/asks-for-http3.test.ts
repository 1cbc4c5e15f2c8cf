import { expect, it } from 'vitest';
import { asksForHttp3 } from '../../renderer/format/asks-for-http3.ts';

it.each([
  'protocol:h3',
  'host:shop protocol:H3',
  '(protocol:h3 or protocol:h2)',
  'protocol:"http/3"',
  'protocol:quic',
])('somebody who filters by %s looks for HTTP/3', (filter) => expect(asksForHttp3(filter)).toBe(true));

it.each(['', 'h3', '-protocol:h3', 'protocol:h2', 'path:/protocol:h3', 'host:quic.example'])(
  'somebody who filters by "%s" does not',
  (filter) => expect(asksForHttp3(filter)).toBe(false),
);
