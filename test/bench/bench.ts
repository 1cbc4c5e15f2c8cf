/** `npm run bench -- NAME [--rounds N]`: one benchmark, its table, and whether its floors hold. */
import { benchFrames } from './frames.ts';
import { benchHeld } from './held.ts';
import { benchHttp2 } from './http2.ts';
import { benchList } from './list.ts';
import { benchLive } from './live.ts';
import { benchMint } from './mint.ts';
import { benchPackets } from './packets.ts';
import { benchProxy } from './proxy.ts';
import { benchSearch } from './search.ts';
import { benchStore } from './store.ts';
import { benchWebSockets } from './websockets.ts';
import { benchWho } from './who.ts';

const benches = {
  proxy: benchProxy,
  mint: benchMint,
  store: benchStore,
  list: benchList,
  frames: benchFrames,
  search: benchSearch,
  websockets: benchWebSockets,
  held: benchHeld,
  http2: benchHttp2,
  who: benchWho,
  packets: benchPackets,
  live: benchLive,
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const [name = '', flag, value] = process.argv.slice(2);
const rounds = flag === '--rounds' ? Number(value) : 5;
if (!Object.hasOwn(benches, name) || !(rounds > 0)) {
  print(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--rounds N]`);
  process.exitCode = 2;
} else if (!(await benches[name as keyof typeof benches](rounds, print))) {
  process.exitCode = 1;
}
