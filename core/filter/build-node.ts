import type { FilterNode } from './node.ts';

/** The one way a conjunction or a disjunction is built: of one node that node, of its own kind its parts. */
export function joinNodes(kind: 'and' | 'or', nodes: readonly [FilterNode, ...FilterNode[]]): FilterNode {
  const parts = nodes.flatMap((node) => (node.kind === kind ? node.nodes : [node]));
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, nodes: parts };
}
