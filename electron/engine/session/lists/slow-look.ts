import { compileTextMatch } from '../../../../core/filter/match-text.ts';
import type { BodyTerm, FilterNode, HeaderTerm } from '../../../../core/filter/node.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import type { Result } from '../../../../core/model/result.ts';
import type { BodyPage } from '../answers.ts';
import { blockOf, slotOf } from '../columns/fields.ts';
import { verdict, type Evaluator } from './evaluate.ts';

/** Bytes of one piece of a body that is searched. */
const pageBytes = 262_144;
/** A look at one long body lets other questions through this often. */
const turnMs = 8;
/** A pattern, or a text that must be the whole body, is only looked for in this much of it. */
const wholeTextBytesMax = 4 * 1024 * 1024;

export interface SlowSources {
  readonly hasBody: (id: number, side: BodySide) => boolean;
  /** Values of one header field, in order; empty when it is not there. */
  readonly headerValues: (id: number, side: BodySide, name: string) => readonly string[];
  readonly readBody: (
    id: number,
    side: BodySide,
    decoded: boolean,
    from: number,
    limit: number,
  ) => Promise<Result<BodyPage>>;
}

/** Judges one exchange by its heads and bodies, where the columns cannot. */
export type SlowLook = (id: number) => Promise<boolean>;

/** `compile` gives the evaluator of a part that needs columns only. */
export function createSlowLook(
  node: FilterNode,
  sources: SlowSources,
  compile: (node: FilterNode) => Evaluator,
  isWanted: () => boolean,
): SlowLook {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const isAnd = node.kind === 'and';
      // What costs least is asked first.
      const parts = [...node.nodes]
        .sort((a, b) => costOf(a) - costOf(b))
        .map((each) => createSlowLook(each, sources, compile, isWanted));
      return async (id) => {
        for (const part of parts) if ((await part(id)) !== isAnd) return !isAnd;
        return isAnd;
      };
    }
    case 'not': {
      const inner = createSlowLook(node.node, sources, compile, isWanted);
      return async (id) => !(await inner(id));
    }
    case 'header':
      return lookAtHeaders(node, sources);
    case 'body':
      return lookAtBodies(node, sources, isWanted);
    case 'text':
    case 'number':
    case 'state': {
      const evaluate = compile(node);
      return (id) => Promise.resolve(evaluate(blockOf(id))[slotOf(id)] === verdict.yes);
    }
    default:
      return node satisfies never;
  }
}

function costOf(node: FilterNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return Math.max(...node.nodes.map(costOf));
    case 'not':
      return costOf(node.node);
    case 'body':
      return 2;
    case 'header':
      return 1;
    case 'text':
    case 'number':
    case 'state':
      return 0;
    default:
      return node satisfies never;
  }
}

function sidesOf(side: BodyTerm['side']): readonly BodySide[] {
  return side === 'either' ? ['request', 'response'] : [side];
}

function lookAtHeaders({ side, name, match }: HeaderTerm, sources: SlowSources): SlowLook {
  const holds = match === null ? () => true : compileTextMatch(match);
  return (id) =>
    Promise.resolve(sidesOf(side).some((each) => sources.headerValues(id, each, name).some(holds)));
}

function lookAtBodies({ side, match }: BodyTerm, sources: SlowSources, isWanted: () => boolean): SlowLook {
  const find = match.how === 'contains' ? findInPages : findInWhole;
  return async (id) => {
    for (const each of sidesOf(side)) {
      if (
        sources.hasBody(id, each) &&
        (await find(sources, id, each, match.text, compileTextMatch(match), isWanted))
      )
        return true;
    }
    return false;
  };
}

type Find = (
  sources: SlowSources,
  id: number,
  side: BodySide,
  text: string,
  holds: (text: string) => boolean,
  isWanted: () => boolean,
) => Promise<boolean>;

const findInPages: Find = async (sources, id, side, text, holds, isWanted) => {
  const bytes = Buffer.from(text, 'utf8');
  const needle = bytes.toString('latin1').toLowerCase();
  let before = Buffer.alloc(0);
  let turnAt = performance.now() + turnMs;
  for (let from = 0; isWanted();) {
    const page = await sources.readBody(id, side, true, from, pageBytes);
    if (!page.ok) return false;
    const piece = Buffer.concat([before, page.value.bytes]);
    const folded = piece.toString('latin1').toLowerCase();
    for (let at = folded.indexOf(needle); at !== -1; at = folded.indexOf(needle, at + 1)) {
      if (holds(piece.toString('utf8', at, at + bytes.length))) return true;
    }
    from += page.value.bytes.length;
    if (page.value.done || page.value.bytes.length === 0) return false;
    before = piece.subarray(Math.max(0, piece.length - bytes.length + 1));
    if (performance.now() > turnAt) {
      await new Promise(setImmediate);
      turnAt = performance.now() + turnMs;
    }
  }
  return false;
};

const findInWhole: Find = async (sources, id, side, _text, holds, isWanted) => {
  const pages: Uint8Array[] = [];
  for (let from = 0; from < wholeTextBytesMax && isWanted();) {
    const page = await sources.readBody(id, side, true, from, pageBytes);
    if (!page.ok) return false;
    pages.push(page.value.bytes);
    from += page.value.bytes.length;
    if (page.value.done || page.value.bytes.length === 0) break;
  }
  return holds(Buffer.concat(pages).toString('utf8'));
};

/** Whether a filter asks for heads or bodies at all, and whether for marks. */
export function filterNeeds(node: FilterNode | null): { readonly slow: boolean; readonly marks: boolean } {
  if (node === null) return { slow: false, marks: false };
  switch (node.kind) {
    case 'and':
    case 'or': {
      const needs = node.nodes.map(filterNeeds);
      return { slow: needs.some(({ slow }) => slow), marks: needs.some(({ marks }) => marks) };
    }
    case 'not':
      return filterNeeds(node.node);
    case 'header':
    case 'body':
      return { slow: true, marks: false };
    case 'text':
      return { slow: false, marks: node.field === 'any' || node.field === 'comment' };
    case 'state':
      return { slow: false, marks: true };
    case 'number':
      return { slow: false, marks: false };
    default:
      return node satisfies never;
  }
}
