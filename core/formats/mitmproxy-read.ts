import type { ByteSource } from '../encoding/byte-source.ts';
import type { FormatExchange, ReadContext } from './format.ts';
import { createFlowReader, fieldsOf } from './mitmproxy-flow.ts';
import { createTnetReader } from './mitmproxy-tnetstring.ts';

/** Versions of flows from mitmproxy 7 to 11; later ones are tried and remarked on. */
const versionMin = 10;
const versionMax = 21;

/** Flow files of mitmproxy 7 to 11 (`mitmdump -w`): HTTP flows with their connections; other flows are counted as skipped. */
export async function* readMitmproxy(
  source: ByteSource,
  { platform, report }: ReadContext,
): AsyncGenerator<FormatExchange> {
  const next = createTnetReader(source, platform);
  const readFlow = createFlowReader(source, platform);
  for (let index = 0, at = 0; ; index++) {
    const read = await next(at);
    if (read === null) return;
    if (read === 'cut') return report.cut();
    at = read.end;
    const flow = fieldsOf(read.value);
    const version = flow.get('version');
    if (read.problem !== null) {
      report.skip(index, `The flow was left out because ${read.problem}.`);
    } else if (typeof version !== 'number' || version < versionMin) {
      report.skip(
        index,
        'The flow was written by mitmproxy 6 or older. Save it again with a newer mitmproxy.',
      );
    } else {
      if (version > versionMax) {
        report.warn(
          `The flows were written by a newer mitmproxy (format ${version}): some facts may be missing.`,
        );
      }
      const exchange = readFlow(flow);
      if (typeof exchange === 'string') report.skip(index, exchange);
      else yield exchange;
    }
  }
}
