/** An attribute of Set-Cookie with what it does here. */
export interface CookieAttribute {
  readonly name: string;
  readonly value: string | null;
  readonly meaning: string;
}

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly attributes: readonly CookieAttribute[];
  /** Why a browser throws it away. Empty for a cookie that is kept. */
  readonly rejected: readonly string[];
  readonly remarks: readonly string[];
}

export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

export interface CookieContext {
  /** Host of the request. */
  readonly host: string;
  /** Over HTTPS. */
  readonly secure: boolean;
  /** When the response came, ms since 1970. */
  readonly nowMs: number;
}

const pairsMax = 500;
const attributesMax = 50;
/** RFC 6265bis section 5.6: name and value together, and each attribute's value. */
const pairBytesMax = 4096;
const attributeBytesMax = 1024;
/** RFC 6265bis section 5.5: no cookie lives longer. */
const lifeSecondsMax = 400 * 86_400;

/** The pairs of a Cookie field (RFC 6265bis section 4.2.1), in order, repeated names kept. */
export function readCookies(fieldValue: string): CookiePair[] {
  return fieldValue
    .split(';')
    .slice(0, pairsMax)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals === -1
        ? { name: '', value: pair }
        : { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim() };
    });
}

/** One Set-Cookie field (RFC 6265bis sections 5.6 and 5.7) as a browser reads it, with its verdict. */
export function readSetCookie(fieldValue: string, context: CookieContext): SetCookie {
  const [pair = '', ...rest] = fieldValue.split(';').slice(0, attributesMax);
  const equals = pair.indexOf('=');
  const name = equals === -1 ? '' : pair.slice(0, equals).trim();
  const value = (equals === -1 ? pair : pair.slice(equals + 1)).trim();
  const given = rest
    .map((attribute) => {
      const at = attribute.indexOf('=');
      const key = (at === -1 ? attribute : attribute.slice(0, at)).trim();
      return { key, lower: key.toLowerCase(), value: at === -1 ? null : attribute.slice(at + 1).trim() };
    })
    .filter(({ key }) => key !== '');
  /** The last one of a name counts. */
  const last = (lower: string) => given.filter((each) => each.lower === lower).at(-1);
  const has = (lower: string) => last(lower) !== undefined;
  const domain = last('domain')?.value?.replace(/^\./, '').toLowerCase() ?? '';
  const path = last('path')?.value ?? null;
  const sameSite = last('samesite')?.value?.toLowerCase() ?? null;
  const rejected: string[] = [];
  const remarks: string[] = [];
  const lowerName = name.toLowerCase();

  if (name === '' && value === '') rejected.push('It has neither a name nor a value.');
  if (name.length + value.length > pairBytesMax)
    rejected.push(`Name and value together are longer than ${pairBytesMax} bytes.`);
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(name + value)) rejected.push('It holds a control character.');
  if (domain !== '' && !domainMatches(context.host.toLowerCase(), domain))
    rejected.push(`Domain=${domain} does not cover the host ${context.host} that set it.`);
  if (domain !== '' && !domain.includes('.') && domain !== context.host.toLowerCase())
    rejected.push(`Domain=${domain} is a whole top-level domain.`);
  if (has('secure') && !context.secure && !isLoopback(context.host))
    rejected.push('Secure cookies cannot be set over plain HTTP.');
  if (lowerName.startsWith('__secure-') && !has('secure'))
    rejected.push('A name with __Secure- needs the Secure attribute.');
  if (lowerName.startsWith('__host-')) {
    if (!has('secure')) rejected.push('A name with __Host- needs the Secure attribute.');
    if (domain !== '') rejected.push('A name with __Host- must not have a Domain.');
    if (path !== '/') rejected.push('A name with __Host- needs Path=/.');
  }
  if (sameSite === 'none' && !has('secure')) rejected.push('SameSite=None needs the Secure attribute.');
  if (has('partitioned') && !has('secure')) rejected.push('Partitioned needs the Secure attribute.');
  if (!has('samesite')) remarks.push('Without SameSite, browsers treat it as Lax.');
  if (!has('httponly')) remarks.push('Scripts of the page can read it: it is not HttpOnly.');
  if (has('max-age') && has('expires')) remarks.push('Max-Age counts; Expires is ignored beside it.');
  for (const { key, value: text } of given) {
    if ((text ?? '').length > attributeBytesMax)
      remarks.push(`${key} is longer than ${attributeBytesMax} bytes and is ignored.`);
  }
  const attributes = given.map(({ key, lower, value: text }) => ({
    name: key,
    value: text,
    meaning: meaningOf(lower, text, context),
  }));
  return { name, value, attributes, rejected, remarks };
}

function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$|:/.test(host));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') || host === '::1';
}

function meaningOf(lower: string, value: string | null, context: CookieContext): string {
  switch (lower) {
    case 'domain':
      return value === null || value === ''
        ? 'Empty: sent back to this host only.'
        : `Sent to ${value.replace(/^\./, '')} and every host below it.`;
    case 'path':
      return value?.startsWith('/') === true
        ? `Sent for paths at or below ${value}.`
        : 'Not a path: the folder of the request counts instead.';
    case 'expires': {
      const time = cookieDate(value ?? '');
      if (time === null) return 'Not a date that browsers read: the cookie goes with the browser session.';
      return time <= context.nowMs
        ? `Deletes the cookie: ${new Date(time).toISOString()} is past.`
        : `Kept until ${dated(time, context)}.`;
    }
    case 'max-age': {
      if (!/^-?\d+$/.test(value ?? '')) return 'Not a number of seconds, so it is ignored.';
      const seconds = Number(value);
      if (seconds <= 0) return 'Deletes the cookie at once.';
      return `Kept until ${dated(context.nowMs + seconds * 1000, context)}.`;
    }
    case 'secure':
      return 'Sent over HTTPS only.';
    case 'httponly':
      return 'Not readable by scripts of the page.';
    case 'samesite':
      return sameSiteMeaning(value?.toLowerCase() ?? '');
    case 'partitioned':
      return 'Kept apart for each site that embeds this one (CHIPS).';
    case 'priority':
      return 'A hint of Chromium: which cookies to drop first.';
    default:
      return 'Not an attribute that browsers know; it is ignored.';
  }
}

function dated(timeMs: number, { nowMs }: CookieContext): string {
  const most = nowMs + lifeSecondsMax * 1000;
  const kept = Math.min(timeMs, most);
  return `${new Date(kept).toISOString()}${timeMs > most ? ', the 400 days that browsers allow at most' : ''}`;
}

function sameSiteMeaning(value: string): string {
  switch (value) {
    case 'strict':
      return 'Sent only with requests that begin on this site.';
    case 'lax':
      return 'Sent from other sites only when a person follows a link here.';
    case 'none':
      return 'Sent with requests of other sites too.';
    default:
      return 'Not a value that browsers know: they treat it as Lax.';
  }
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A date as browsers read it in cookies (RFC 6265bis section 5.1.1), ms since 1970; null for none. */
export function cookieDate(text: string): number | null {
  let time: RegExpExecArray | null = null;
  let day: number | null = null;
  let month = -1;
  let year: number | null = null;
  for (const token of text.slice(0, 256).split(/[^0-9A-Za-z:]+/)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/.exec(token);
    const digits = /^(\d+)(?!\d)/.exec(token)?.[1] ?? '';
    if (time === null && clock !== null) time = clock;
    else if (day === null && /^\d{1,2}(?!\d)/.test(token)) day = Number(digits);
    else if (month === -1 && months.includes(token.slice(0, 3).toLowerCase()))
      month = months.indexOf(token.slice(0, 3).toLowerCase());
    else if (year === null && (digits.length === 2 || digits.length === 4)) year = Number(digits);
  }
  if (time === null || day === null || month === -1 || year === null) return null;
  if (year <= 69) year += 2000;
  else if (year <= 99) year += 1900;
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3])];
  if (day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59) return null;
  const at = new Date(Date.UTC(year, month, day, hour, minute, second));
  return at.getUTCDate() === day ? at.getTime() : null;
}
