import {
  depthMax,
  filterCharsMax,
  labelCharsMax,
  nodesMax,
  type Node,
  type Severity,
  type TreeValue,
} from './protocol.ts';
import type { Branch, NodeFields } from './tree-memory.ts';
import { drain, type Frame, type FrameNode, type Vector } from './wiregasm.ts';

const severities: Readonly<Record<string, Severity>> = {
  Chat: 'chat',
  Note: 'note',
  Warn: 'warning',
  Warning: 'warning',
  Error: 'error',
};

/** `Expert Info (Chat/Sequence): Connection establish request (SYN)` */
export const expertLabel = /^Expert Info \((\w+)\/([^)]*)\): (.*)$/s;

/** The tree of a frame and its sources; empties the frame's handles. */
export function treeOf(
  frame: Frame,
  branchOf: (vector: Vector<FrameNode>) => Branch,
): { readonly value: TreeValue; readonly bodies: readonly Uint8Array[] } {
  const bodies: Uint8Array[] = [];
  const sources: { name: string; bytes: number }[] = [];
  drain(frame.data_sources, ({ name, data }) => {
    const bytes = Buffer.from(data, 'base64');
    bodies.push(bytes);
    sources.push({ name, bytes: bytes.byteLength });
  });
  const room = { nodes: nodesMax };
  const tree = nodesOf(branchOf(frame.tree), sources, room, depthMax);
  frame.comments.delete();
  drain(frame.follow, (each) => each.delete());
  return { value: { sources, tree, leftOut: room.nodes === 0 }, bodies };
}

function severityOf(word: string | undefined): Severity | null {
  return severities[word ?? ''] ?? null;
}

/** The engine marks what an expert entry hangs on; the entry itself says how severe it is in its label only. */
function severityOfEntry(node: NodeFields): Severity | null {
  return node.filter === '_ws.expert' ? severityOf(expertLabel.exec(node.label)?.[1]) : null;
}

/** The field that a filter of the engine begins with, empty for none: `tcp.port == 80` speaks of `tcp.port`, `frame[2:1] == 00` of bytes only. */
export function fieldOf(filter: string): string {
  return /^[A-Za-z_][\w.-]*(?= |$)/.exec(filter)?.[0] ?? '';
}

function nodesOf(
  branch: Branch,
  sources: readonly { readonly bytes: number }[],
  room: { nodes: number },
  depth: number,
): readonly Node[] {
  const nodes: Node[] = [];
  for (let index = 0; index < branch.size && room.nodes > 0; index++) {
    room.nodes--;
    const { fields, below } = branch.at(index);
    const children = depth > 0 ? nodesOf(below, sources, room, depth - 1) : (below.done(), []);
    nodes.push({ ...plainNode(fields, sources), children });
  }
  branch.done();
  return nodes;
}

function plainNode(node: NodeFields, sources: readonly { readonly bytes: number }[]): Omit<Node, 'children'> {
  // `text` is what the engine calls a line that stands for no field.
  const filter = node.filter === 'text' || node.filter.length > filterCharsMax ? '' : node.filter;
  const source = sources[node.data_source_idx];
  const hasBytes = source !== undefined && node.length > 0 && node.start >= 0 && node.start < source.bytes;
  return {
    label: node.label.slice(0, labelCharsMax),
    field: fieldOf(node.filter === 'text' ? '' : node.filter),
    filter,
    source: hasBytes ? node.data_source_idx : -1,
    from: hasBytes ? node.start : 0,
    bytes: hasBytes ? Math.min(node.length, source.bytes - node.start) : 0,
    severity: severityOf(node.severity) ?? severityOfEntry(node),
    ...(node.type === 'framenum' && node.fnum > 0 ? { packet: node.fnum } : {}),
  };
}
