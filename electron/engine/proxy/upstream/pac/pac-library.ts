/**
 * The functions a PAC script may call, as browsers have them, written in the script's own language: they run in the
 * sandbox. The text is a function of `lookup(name)` (addresses, IPv4 first, none when it is unknown), `ownAddress()`
 * and `clock(gmt)` (year, month from 0, day, weekday from 0 for Sunday, hour, minute, second), which are all that the
 * sandbox has of the world.
 */
export const pacLibrary = String.raw`(function (lookup, ownAddress, clock) {
  'use strict';
  const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
  const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
  const numberOf = (text) => {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
    if (match === null) return null;
    const parts = match.slice(1).map(Number);
    return parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
  };
  const resolve4 = (host) => {
    if (numberOf(host) !== null) return host;
    const found = lookup(String(host)).filter((address) => numberOf(address) !== null);
    return found.length === 0 ? null : found[0];
  };
  const within = (value, from, to) => (from <= to ? from <= value && value <= to : value >= from || value <= to);
  /** Takes a last argument 'GMT' off. */
  const clockFor = (args) => {
    const gmt = args.length > 0 && args[args.length - 1] === 'GMT';
    if (gmt) args.pop();
    return clock(gmt);
  };
  const known = {
    isPlainHostName: (host) => !String(host).includes('.') && !String(host).includes(':'),
    dnsDomainIs: (host, domain) => String(host).toLowerCase().endsWith(String(domain).toLowerCase()),
    localHostOrDomainIs: (host, name) =>
      String(host).toLowerCase() === String(name).toLowerCase() ||
      (!String(host).includes('.') && String(name).toLowerCase().startsWith(String(host).toLowerCase() + '.')),
    isResolvable: (host) => resolve4(host) !== null,
    isResolvableEx: (host) => lookup(String(host)).length > 0,
    isInNet: (host, pattern, mask) => {
      const address = resolve4(host);
      const [wanted, bits] = [numberOf(pattern), numberOf(mask)];
      if (address === null || wanted === null || bits === null) return false;
      return (numberOf(address) & bits) >>> 0 === (wanted & bits) >>> 0;
    },
    dnsResolve: (host) => resolve4(host),
    dnsResolveEx: (host) => lookup(String(host)).join(';'),
    convert_addr: (text) => numberOf(String(text)) ?? 0,
    myIpAddress: () => ownAddress(),
    myIpAddressEx: () => ownAddress(),
    dnsDomainLevels: (host) => String(host).split('.').length - 1,
    shExpMatch: (text, pattern) => {
      const [value, shape] = [String(text), String(pattern)];
      let [at, part, star, mark] = [0, 0, -1, 0];
      while (at < value.length) {
        if (shape[part] === '*') [star, mark, part] = [part, at, part + 1];
        else if (part < shape.length && (shape[part] === '?' || shape[part] === value[at])) [at, part] = [at + 1, part + 1];
        else if (star !== -1) [part, at, mark] = [star + 1, mark + 1, mark + 1];
        else return false;
      }
      while (shape[part] === '*') part += 1;
      return part === shape.length;
    },
    weekdayRange: (...args) => {
      const [, , , weekday] = clockFor(args);
      const from = days.indexOf(args[0]);
      const to = args.length > 1 ? days.indexOf(args[1]) : from;
      return from !== -1 && to !== -1 && within(weekday, from, to);
    },
    timeRange: (...args) => {
      const [, , , , hour, minute, second] = clockFor(args);
      const [now, given] = [hour * 3600 + minute * 60 + second, args.map(Number)];
      const seconds = (h, m, s) => h * 3600 + m * 60 + s;
      switch (given.length) {
        case 1:
          return hour === given[0];
        case 2:
          return given[0] === given[1] ? hour === given[0] : within(now, seconds(given[0], 0, 0), seconds(given[1], 0, 0) - 1);
        case 4:
          return within(now, seconds(given[0], given[1], 0), seconds(given[2], given[3], 0) - 1);
        case 6:
          return within(now, seconds(given[0], given[1], given[2]), seconds(given[3], given[4], given[5]));
        default:
          return false;
      }
    },
    dateRange: (...args) => {
      const [year, month, day] = clockFor(args);
      const kindOf = (arg) => (months.includes(arg) ? 'month' : Number(arg) > 31 ? 'year' : 'day');
      const now = { year, month, day };
      const valueOf = (arg) => (kindOf(arg) === 'month' ? months.indexOf(arg) : Number(arg));
      if (args.length === 1) return now[kindOf(args[0])] === valueOf(args[0]);
      const half = args.length / 2;
      const [from, to] = [args.slice(0, half), args.slice(half)];
      const kinds = from.map(kindOf);
      if (to.length !== half || kinds.length > 3) return false;
      const rank = (of) => (kinds.includes('year') ? of.year * 372 : 0) + (kinds.includes('month') ? of.month * 31 : 0) + (kinds.includes('day') ? of.day : 0);
      const read = (list) => Object.fromEntries(list.map((arg) => [kindOf(arg), valueOf(arg)]));
      return within(rank(now), rank(read(from)), rank(read(to)));
    },
    alert: () => undefined,
  };
  for (const [name, value] of Object.entries(known)) globalThis[name] = value;
})`;
