/** Strokes on a 16 × 16 grid. */
const paths = {
  exchanges: 'M5.5 13V3m0 0L3 5.5M5.5 3 8 5.5M10.5 3v10m0 0L8 10.5m2.5 2.5 2.5-2.5',
  settings:
    'M2 4.5h5.2m3.6 0H14M2 11.5h3.2m3.6 0H14M9 6.3a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM7 13.3a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z',
  statistics: 'M12.5 4.5V3h-9l4.5 5-4.5 5h9v-1.5',
  packets: 'm2.5 5 5.5-2.7L13.5 5v6L8 13.7 2.5 11zM2.5 5 8 7.7 13.5 5M8 7.7v6',
  conversations: 'M4 3v10M12 3v10M4 5.5h7m0 0L9 3.8m2 1.7L9 7.2M12 10.5H5m0 0 2-1.7m-2 1.7 2 1.7',
  phone: 'M5 1.5h6a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM7 12.3h2',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  plus: 'M8 3.5v9M3.5 8h9',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  chevron: 'm4 6 4 4 4-4',
  close: 'm4 4 8 8m0-8-8 8',
  'dock-bottom': 'M2.5 3h11v10h-11zm0 6h11',
  'dock-right': 'M2.5 3h11v10h-11zm6.5 0v10',
  tunnel: 'M2 5.5h12M2 10.5h12',
  long: 'M8 8c-1.2-1.6-2.2-2.5-3.4-2.5a2.5 2.5 0 0 0 0 5C5.8 10.5 6.8 9.6 8 8zm0 0c1.2 1.6 2.2 2.5 3.4 2.5a2.5 2.5 0 0 0 0-5C10.2 5.5 9.2 6.4 8 8z',
  search: 'm10.5 10.5 3 3M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z',
  help: 'M6 6.2C6 4.9 6.9 4 8 4s2 .8 2 2c0 1.6-2 1.7-2 3.5M8 11.6v.6',
  pin: 'M5 2.5h6M6 2.5v4L4.5 9h7L10 6.5v-4M8 9v4.5',
  comment: 'M2.5 3h11v8H7l-3 2.5V11H2.5z',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  tree: 'M3 3h5M5 3v9h3M5 7.5h3M10 7.5h3M10 12h3',
  eye: 'M1.5 8S4 4 8 4s6.5 4 6.5 4-2.5 4-6.5 4S1.5 8 1.5 8zM8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  hide: 'M1.5 8S4 4 8 4s6.5 4 6.5 4-2.5 4-6.5 4S1.5 8 1.5 8zM3 13 13 3',
  down: 'M8 3v10m0 0 3.5-3.5M8 13 4.5 9.5',
  up: 'M8 13V3m0 0L4.5 6.5M8 3l3.5 3.5',
  save: 'M8 2.5v7.5m0 0 3-3M8 10 5 7M2.5 11v2.5h11V11',
  detach: 'M6.5 3.5h-4v10h10v-4M9 2.5h4.5V7m0-4.5L7.5 8.5',
  stop: 'M4.5 4.5h7v7h-7z',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinejoin="round" />
    </svg>
  );
}
