import type { ExpertValue, Node } from './protocol.ts';
import { expertLabel } from './tree.ts';

type Entry = ExpertValue['entries'][number];

/** The expert entries in the tree of one frame. */
export function entriesOf(frame: number, tree: readonly Node[]): readonly Entry[] {
  return tree.flatMap((protocol) => {
    const found: Entry[] = [];
    collect(frame, protocol.field, protocol, found);
    return found;
  });
}

function collect(frame: number, protocol: string, node: Node, found: Entry[]): void {
  const match = node.field === '_ws.expert' ? expertLabel.exec(node.label) : null;
  if (match !== null && node.severity !== null) {
    const [, , group = '', summary = ''] = match;
    const named = node.children[0]?.filter ?? '';
    const filter = named.startsWith('_ws.') ? '_ws.expert' : named;
    found.push({ frame, severity: node.severity, group, summary, protocol, filter });
  }
  for (const child of node.children) collect(frame, protocol, child, found);
}
