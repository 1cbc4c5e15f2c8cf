import type { TreeNode } from '../../../core/contract/packets.ts';

/** Of one tree. */
const nodesMax = 50_000;
const depthMax = 100;
const labelCharsMax = 2000;
const filterCharsMax = 4096;

export interface PacketSource {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface PdmlNode {
  readonly isProtocol: boolean;
  readonly name: string;
  readonly label: string;
  readonly show: string;
  readonly hasShow: boolean;
  readonly from: number;
  readonly bytes: number;
  /** In hexadecimal, empty where PDML does not tell. */
  readonly value: string;
  readonly isHidden: boolean;
  readonly children: PdmlNode[];
}

/**
 * The tree of the one packet in `pdml` (what `tshark -T pdml` writes). PDML says where in its source each field lies, but not in which source: that
 * is the first one that has the field's bytes there.
 */
export function treeOfPdml(pdml: string, sources: readonly PacketSource[]): readonly TreeNode[] {
  return nodesOf(pdml)
    .filter((node) => node.name !== 'geninfo')
    .flatMap((node) => (node.name === 'fake-field-wrapper' ? node.children : [node]))
    .filter((node) => !node.isHidden)
    .map((node) => treeNodeOf(node, sources, sourceOfAll(node, sources)));
}

/** The sources of a packet as `tshark -x` prints them. */
export function sourcesOfHex(text: string): readonly PacketSource[] {
  const sources: { name: string; digits: string[] }[] = [];
  for (const line of text.split('\n')) {
    const match = /^[0-9a-f]{4,8} {2}((?:[0-9a-f]{2} ){1,16})/.exec(line);
    if (match === null) {
      if (line.endsWith(' bytes):')) sources.push({ name: line.slice(0, -1), digits: [] });
      continue;
    }
    // The only source of a packet has no name there.
    const last = sources.at(-1) ?? { name: '', digits: [] };
    if (sources.length === 0) sources.push(last);
    last.digits.push((match[1] ?? '').replaceAll(' ', ''));
  }
  return sources.map(({ name, digits }) => {
    const bytes = Buffer.from(digits.join(''), 'hex');
    return { name: name === '' ? `Frame (${bytes.byteLength} bytes)` : name, bytes };
  });
}

function nodesOf(pdml: string): readonly PdmlNode[] {
  const roots: PdmlNode[] = [];
  const open: PdmlNode[] = [];
  let count = 0;
  for (const match of pdml.matchAll(/<(\/?)(proto|field)\b((?:\s[\w.]+="[^"]*")*)\s*(\/?)>/g)) {
    const [, isEnd, kind, attributes = '', isEmpty] = match;
    if (isEnd === '/') {
      open.pop();
      continue;
    }
    if (++count > nodesMax) break;
    const node = nodeOf(kind === 'proto', attributes);
    (open.at(-1)?.children ?? roots).push(node);
    if (isEmpty !== '/') open.push(open.length < depthMax ? node : { ...node, children: [] });
  }
  return roots;
}

function nodeOf(isProtocol: boolean, attributes: string): PdmlNode {
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of attributes.matchAll(/([\w.]+)="([^"]*)"/g)) values.set(name, value);
  const text = (name: string): string => unescapeXml(values.get(name) ?? '');
  const show = text('show');
  const shown = text('showname');
  return {
    isProtocol,
    name: text('name'),
    label: (shown === '' ? show : shown).slice(0, labelCharsMax),
    show,
    hasShow: values.has('show'),
    from: Number(values.get('pos') ?? 0),
    bytes: Number(values.get('size') ?? 0),
    value: values.get('unmaskedvalue') ?? values.get('value') ?? '',
    isHidden: values.get('hide') === 'yes',
    children: [],
  };
}

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(lt|gt|quot|apos|amp));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}

function treeNodeOf(node: PdmlNode, sources: readonly PacketSource[], usual: number): TreeNode {
  const own =
    node.bytes === 0
      ? -1
      : hasBytes(node, sources[usual])
        ? usual
        : sources.findIndex((source) => hasBytes(node, source));
  const source = sources[own];
  const frame = /^(?:tcp\.segment|.*(?:_in|_to|_frame|\.in|\.frame))$/.test(node.name)
    ? Number(node.show)
    : 0;
  return {
    label: node.label,
    field: node.name,
    filter: filterOf(node),
    source: source === undefined ? -1 : own,
    from: source === undefined ? 0 : node.from,
    bytes: source === undefined ? 0 : Math.min(node.bytes, source.bytes.byteLength - node.from),
    severity: severityOf(node),
    ...(Number.isInteger(frame) &&
    frame > 0 &&
    / in frame: |^Frame: |^(?:Request|Response|Reassembled|This is) /.test(node.label)
      ? { packet: frame }
      : {}),
    children: node.children
      .filter((child) => !child.isHidden)
      .map((child) => treeNodeOf(child, sources, usual)),
  };
}

/** The source that has the bytes of every field below this node; the first one where that is none. */
function sourceOfAll(node: PdmlNode, sources: readonly PacketSource[]): number {
  const fits = (each: PdmlNode, source: PacketSource): boolean =>
    (each.bytes === 0 || hasBytes(each, source)) && each.children.every((child) => fits(child, source));
  return Math.max(
    0,
    sources.findIndex((source) => fits(node, source)),
  );
}

function hasBytes({ from, bytes, value }: PdmlNode, source: PacketSource | undefined): boolean {
  if (source === undefined || from < 0 || from >= source.bytes.byteLength) return false;
  if (value.length !== bytes * 2) return true;
  return Buffer.from(source.bytes.subarray(from, from + bytes)).toString('hex') === value;
}

/** PDML tells no types: what looks like a number, an address or bytes is written as it is, all else as text. */
function filterOf({ name, show, hasShow, isProtocol }: PdmlNode): string {
  if (name === '' || name.startsWith('_ws.')) return name;
  if (isProtocol || !hasShow || show === '') return name;
  const isPlain =
    /^-?\d+(?:\.\d+)?$|^0x[0-9a-fA-F]+$|^\d+\.\d+\.\d+\.\d+$|^[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,}$/.test(
      show,
    );
  const filter = `${name} == ${isPlain ? show : JSON.stringify(show)}`;
  return filter.length > filterCharsMax ? '' : filter;
}

function severityOf({ name, label }: PdmlNode): TreeNode['severity'] {
  if (name !== '_ws.expert') return null;
  switch (/^Expert Info \((\w+)\//.exec(label)?.[1]) {
    case 'Chat':
      return 'chat';
    case 'Note':
      return 'note';
    case 'Warning':
      return 'warning';
    case 'Error':
      return 'error';
    default:
      return null;
  }
}
