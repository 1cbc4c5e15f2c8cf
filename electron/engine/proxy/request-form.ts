import { absoluteFormHead, isProxyField, originFormHead } from '../../../core/model/origin-form.ts';
import type { RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import { nodePlatform } from './platform.ts';

type Head = Pick<RequestHeadEvent, 'raw' | 'method' | 'target' | 'headers'>;

/** The request's head as it leaves for a server: `originFormHead`, on bytes where only the target changes. */
export function originForm({ raw, method, target, headers }: Head, path: string): Buffer {
  if (headers.some(([name]) => isProxyField(name))) {
    return Buffer.from(originFormHead(nodePlatform.latin1(raw, 0, raw.length), target, path), 'latin1');
  }
  let at = method.length + 1;
  while (raw[at] === 0x20 || raw[at] === 0x09) at += 1;
  const head = Buffer.allocUnsafe(raw.length - target.length + path.length);
  head.set(raw.subarray(0, at));
  head.write(path, at, 'latin1');
  head.set(raw.subarray(at + target.length), at + path.length);
  return head;
}

/** The request's head as it leaves for an upstream proxy: `absoluteFormHead`. */
export function absoluteForm({ raw, target }: Head, authorization: string | null): Buffer {
  const head = nodePlatform.latin1(raw, 0, raw.length);
  return Buffer.from(absoluteFormHead(head, target, authorization), 'latin1');
}
