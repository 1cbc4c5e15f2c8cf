import type { ViewProgress } from '../../core/contract/exchanges.ts';
import type { Result } from '../../core/model/result.ts';

/** Lists that are never read to their end. */
export function fakeSearch(state: 'running' | 'stopped' | null, exchanges: number) {
  const total = Math.max(1, exchanges);
  const stopped = new Map<number, boolean>();
  const of = (viewId: number): { progress?: ViewProgress } => {
    const isStopped = stopped.get(viewId);
    return isStopped === undefined ? {} : { progress: { done: Math.round(total * 0.41), total, isStopped } };
  };
  return {
    of,
    opened: <T extends Result<{ viewId: number }>>(filter: string, opened: T): T => {
      if (state === null || filter === '' || !opened.ok) return opened;
      stopped.set(opened.value.viewId, state === 'stopped');
      return { ...opened, value: { ...opened.value, ...of(opened.value.viewId) } };
    },
    stop: (viewId: number, isStopped: boolean) => {
      if (stopped.has(viewId)) stopped.set(viewId, isStopped);
      return { progress: of(viewId).progress ?? null };
    },
  };
}
