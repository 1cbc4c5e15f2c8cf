import type { GroupField, GroupOrder } from '../../core/contract/exchanges.ts';
import { problemWords } from './problem-words.ts';

interface GroupWords {
  readonly name: string;
  readonly many: string;
  /** What an exchange has that is in a group. */
  readonly having: string;
}

export const groupWords: Readonly<Record<GroupField, GroupWords>> = {
  host: { name: 'Host', many: 'hosts', having: 'a host' },
  statement: { name: 'Statement', many: 'statements', having: 'a statement' },
  app: { name: 'Application', many: 'applications', having: 'a known application' },
  type: { name: 'Content type', many: 'content types', having: 'a content type' },
  method: { name: 'Method', many: 'methods', having: 'a method' },
  protocol: { name: 'Protocol', many: 'protocols', having: 'a protocol' },
};

interface OrderWords {
  readonly name: string;
  readonly meaning: string;
}

export const orderWords: Readonly<Record<GroupOrder, OrderWords>> = {
  count: { name: 'Exchanges', meaning: 'How many exchanges there are.' },
  total: {
    name: 'Total time',
    meaning:
      'The times of all these exchanges added up, and their share of the whole. What ran at the same time counts each for itself.',
  },
  p50: { name: 'p50', meaning: 'The median: half of these exchanges do not exceed it.' },
  p95: { name: 'p95', meaning: '95 of 100 of these exchanges do not exceed it.' },
  max: { name: 'Maximum', meaning: 'The longest of them.' },
  rows: { name: 'Rows', meaning: 'Rows that the database answered with or changed.' },
  problems: {
    name: 'Problems',
    meaning: `${problemWords}, and their share of these exchanges.`,
  },
};
