import { chance, ordinaryExchange, type FakeExchange, type Resource, type Site } from './fake-exchanges.ts';

const site = (host: string, roundTripUs: number): Site => ({ host, scheme: 'https', port: 443, roundTripUs });

const shop = site('shop.example.com', 21_000);
const api = site('api.shop.example.com', 24_000);
const images = site('img.cdn.example.net', 7000);
const login = site('login.example.com', 62_000);
const metrics = site('metrics.example.net', 88_000);
const stock: Site = { host: 'stock.internal.test', scheme: 'http', port: 8080, roundTripUs: 900 };

type Step = readonly [
  atMs: number,
  site: Site,
  resource: Resource,
  waitMs: number,
  rest?: { readonly fresh?: boolean; readonly status?: number },
];

const page = (number: number): Resource => [
  'GET',
  `/v1/products?category=lamps&page=${number}`,
  'application/json',
  21_400,
];
const picture = (name: string): Resource => ['GET', `/lamps/${name}.webp`, 'image/webp', 68_000];
const collect: Resource = ['POST', '/v2/collect', 'text/plain', 0];

/** Somebody opens a shop, pages through its lamps, and waits for the fifth page. */
const steps: readonly Step[] = [
  [0, shop, ['GET', '/lamps', 'text/html', 48_000], 112, { fresh: true }],
  [310, shop, ['GET', '/assets/theme.91ac.css', 'text/css', 38_000], 24],
  [312, shop, ['GET', '/assets/app.4f2c81d0.js', 'text/javascript', 412_000], 28, { fresh: true }],
  [318, images, ['GET', '/logo.svg', 'image/svg+xml', 2100], 9, { fresh: true }],
  [540, login, ['GET', '/session', 'application/json', 410], 71, { fresh: true }],
  [552, api, page(1), 168, { fresh: true }],
  [820, images, picture('evora-floor'), 11],
  [822, images, picture('tromso-desk'), 12],
  [825, images, picture('lyon-wall'), 31, { fresh: true }],
  [1130, metrics, collect, 92, { fresh: true, status: 204 }],
  [3240, api, page(2), 171],
  [3480, images, picture('porto-table'), 10],
  [3482, images, picture('bergen-reading'), 13, { status: 404 }],
  [5610, api, page(3), 159],
  [5840, images, picture('oslo-pendant'), 12],
  [8120, api, page(4), 183],
  [8380, images, picture('delft-clip'), 9],
  [9960, metrics, collect, 97, { status: 204 }],
  [10_450, api, page(5), 1420, { fresh: true }],
  [11_200, stock, ['GET', '/v1/stock/8812', 'application/json', 640], 4, { fresh: true }],
  [11_900, login, ['POST', '/session/refresh', 'application/json', 720], 84, { status: 401 }],
  [12_790, images, picture('malmo-arc'), 12],
  [12_792, images, picture('ghent-globe'), 15],
  [14_300, api, page(6), 164],
  [14_540, images, picture('aarhus-spot'), 11],
  [16_020, api, ['POST', '/v1/cart/items', 'application/json', 640], 88, { status: 201 }],
  [16_400, api, ['GET', '/v1/cart', 'application/json', 1840], 61],
  [17_900, api, ['POST', '/v1/quotes', 'application/problem+json', 210], 512, { status: 503 }],
  [19_240, api, ['POST', '/v1/quotes', 'application/json', 910], 143, { status: 201 }],
  [20_010, metrics, collect, 90, { status: 204 }],
];

/** How long the story takes, µs. */
export const storyUs = 21_000_000;

/** A believable short session that began at `fromUs`, numbered from `firstId`. */
export function storyExchanges(firstId: number, fromUs: number): FakeExchange[] {
  return steps.map(([atMs, where, resource, waitMs, rest], at) =>
    ordinaryExchange(
      {
        ...{ id: firstId + at, startedAtUs: fromUs + atMs * 1000, site: where, resource },
        ...{ waitUs: waitMs * 1000, fresh: rest?.fresh === true, status: rest?.status ?? 200 },
      },
      chance((firstId + at) * 15_485_863),
    ),
  );
}
