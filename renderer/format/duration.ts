/** `0.42 ms`, `8.2 ms`, `812 ms`, `3.06 s`, `62.1 s`, `2 min 05 s`, `1 h 02 min`. */
export function formatDuration(us: number): string {
  const ms = us / 1000;
  if (ms < 0.995) return `${ms.toFixed(2)} ms`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const s = ms / 1000;
  if (s < 9.995) return `${s.toFixed(2)} s`;
  if (s < 99.95) return `${s.toFixed(1)} s`;
  const whole = Math.round(s);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}

/** All digits that were measured: `812,345 µs`. */
export function formatMicroseconds(us: number): string {
  return `${formatCount(Math.round(us))} µs`;
}

/** A running clock: `02:14`, `1:02:14`. */
export function formatElapsed(us: number): string {
  const s = Math.max(0, Math.floor(us / 1_000_000));
  const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60), s % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${pad(minutes)}:${pad(seconds)}`;
}

/** Local date and time of day with milliseconds: `2026-11-21 14:03:12.345`. */
export function formatInstant(us: number): string {
  const at = new Date(us / 1000);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  const time = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
  return `${day} ${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** The day of a certificate date, `2036-11-18`; what is no date stays as it is. */
export function formatDay(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toISOString().slice(0, 10);
}

/** Thousands separated by commas, the same in every locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

/** A round figure on an axis: `50 ms`, `2.5 s`, `0`. */
export function formatScale(us: number): string {
  if (us === 0) return '0';
  const [value, unit] =
    Math.abs(us) < 1000 ? [us, 'µs'] : Math.abs(us) < 1_000_000 ? [us / 1000, 'ms'] : [us / 1_000_000, 's'];
  return `${Number(value.toFixed(2))} ${unit}`;
}
