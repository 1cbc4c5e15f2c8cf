import type { TreeNode } from '../contract/packets.ts';

/** Where a packet really stands that was taken apart among a few others. */
export interface TreePlace {
  /** What the frames that were given are numbered in the capture. */
  readonly numbers: Uint32Array;
  /** Number of its TCP or UDP conversation among those of its kind, from 0; -1 for none. */
  readonly stream: number;
  /** Seconds since the capture's first packet, and since the one before, with nine decimals. */
  readonly sinceFirst: string;
  readonly sincePrevious: string;
}

/** Fields that speak of the tool's own marks and colours, or of the packets that it was given and no others. */
const meaningless =
  /^frame\.(?:marked|ignored|offset_shift|time_delta_displayed|coloring_rule\.(?:name|string))$|^(?:eth|ip|ipv6)\.stream$/;

/** `2 Reassembled TCP Segments (512 bytes): #6(186), #8(326)` */
const segment = /#(\d+)\((\d+)\)/g;
/** `Frame: 6, payload: 0-185 (186 bytes)`, `Response in frame: 8` */
const inFrame = /(\b[Ff]rame: )(\d+)/;

/**
 * The tree as it would be had the whole capture been given: numbers of packets and streams and times between packets are put right, and what speaks
 * of the few packets only is left out.
 */
export function placeTree(tree: readonly TreeNode[], place: TreePlace): readonly TreeNode[] {
  return tree.filter((node) => !meaningless.test(node.field)).map((node) => placeNode(node, place));
}

function placeNode(node: TreeNode, place: TreePlace): TreeNode {
  const children = node.children.length === 0 ? node.children : placeTree(node.children, place);
  const label = node.label.includes('#')
    ? node.label.replaceAll(segment, (_, frame, bytes) => `#${numberOf(Number(frame), place)}(${bytes})`)
    : node.label;
  const [from, to] = changeOf(node, place) ?? [];
  if (from === undefined || to === undefined) return { ...node, label, children };
  const named = node.label.replace(inFrame, (whole, before: string, frame) =>
    frame === from ? before + to : whole,
  );
  const placed = {
    ...node,
    label: named === node.label ? replaceLast(label, from, to) : named,
    filter: replaceLast(node.filter, from, to),
    children,
  };
  return node.packet === undefined ? placed : { ...placed, packet: Number(to) };
}

/** What the node says of the few packets, and what it would say of all. */
function changeOf(node: TreeNode, place: TreePlace): readonly [from: string, to: string] | null {
  switch (node.field) {
    case 'frame': {
      const frame = /^Frame (\d+)/.exec(node.label)?.[1];
      return frame === undefined ? null : [`Frame ${frame}`, `Frame ${numberOf(Number(frame), place)}`];
    }
    case 'frame.number': {
      const frame = valueOf(node.filter);
      return [frame, `${numberOf(Number(frame), place)}`];
    }
    case 'tcp.stream':
    case 'udp.stream':
      return place.stream < 0 ? null : [valueOf(node.filter), `${place.stream}`];
    case 'frame.time_relative':
      return [valueOf(node.filter), place.sinceFirst];
    case 'frame.time_delta':
      return [valueOf(node.filter), place.sincePrevious];
    default:
      return node.packet === undefined ? null : [`${node.packet}`, `${numberOf(node.packet, place)}`];
  }
}

function numberOf(frame: number, { numbers }: TreePlace): number {
  return numbers[frame - 1] ?? frame;
}

function valueOf(filter: string): string {
  return filter.slice(filter.lastIndexOf(' ') + 1);
}

/** The last `from` that stands alone, not within a longer number or name. */
function replaceLast(text: string, from: string, to: string): string {
  for (let at = text.lastIndexOf(from); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(from, at - 1)) {
    const isAlone = !/[\w.]/.test(text[at - 1] ?? ' ') && !/\w/.test(text[at + from.length] ?? ' ');
    if (isAlone) return `${text.slice(0, at)}${to}${text.slice(at + from.length)}`;
  }
  return text;
}
