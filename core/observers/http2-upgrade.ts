import type { HeaderFields } from '../model/header-fields.ts';
import type { Platform } from '../model/platform.ts';

/** Longer values are ignored: this is room for 128 settings, and seven are in use. */
const valueCharsMax = 1024;
const settingBytes = 6;

/** What a request that asks for HTTP/2 by upgrade says of its client's SETTINGS. */
export type UpgradeSettings =
  | {
      /** The payload of a SETTINGS frame: six octets each, at most 128. */
      readonly settings: Uint8Array;
      readonly problem: null;
    }
  | {
      readonly settings: null;
      /** One sentence: why there are none. */
      readonly problem: string;
    };

/**
 * Reads the `HTTP2-Settings` field of a request (RFC 7540 section 3.2.1): there is exactly one, in base64url without
 * padding, though padding is passed over. An empty value is an empty SETTINGS frame.
 */
export function readUpgradeSettings(fields: HeaderFields, platform: Platform): UpgradeSettings {
  const values = fields.filter(([name]) => name.toLowerCase() === 'http2-settings').map(([, value]) => value);
  const [value] = values;
  if (value === undefined) return ignored('The upgrade to HTTP/2 has no HTTP2-Settings field');
  if (values.length > 1) return ignored(`The upgrade to HTTP/2 has ${values.length} HTTP2-Settings fields`);
  if (value.length > valueCharsMax)
    return ignored(`The HTTP2-Settings field is longer than ${valueCharsMax} characters`);
  const digits = /^([A-Za-z0-9_-]*)={0,2}$/.exec(value)?.[1];
  if (digits === undefined || digits.length % 4 === 1)
    return ignored('The HTTP2-Settings field is no base64url');
  const settings = platform.bytesOfBase64(digits);
  if (settings.length % settingBytes !== 0)
    return ignored(`The HTTP2-Settings field holds ${settings.length} octets, which are no whole settings`);
  return { settings, problem: null };
}

function ignored(what: string): UpgradeSettings {
  return {
    settings: null,
    problem: `${what} (RFC 7540 section 3.2.1); the client's settings count as the usual ones until it sends others.`,
  };
}
