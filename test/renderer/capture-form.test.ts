import { describe, expect, it } from 'vitest';
import { captureOptions, type CaptureState } from '../../core/contract/capture.ts';
import {
  captureOptionsOf,
  droppedCount,
  dropWords,
  emptyCaptureForm,
  parseSeconds,
  sourceText,
  type CaptureForm,
} from '../../renderer/format/capture-form.ts';

function options(changes: Partial<CaptureForm>) {
  return captureOptionsOf({ ...emptyCaptureForm, interface: 'eth0', ...changes });
}

describe('what is typed to start a capture', () => {
  it('becomes what the engine is asked for', () => {
    const read = options({ filter: ' not port 22 ', snap: '96', size: '500 MB', time: '10 min' });
    if (!read.ok) throw new Error(read.error.message);
    expect(read.value).toEqual({
      source: { kind: 'interface', name: 'eth0' },
      ...{ filter: 'not port 22', snapBytes: 96, maxBytes: 500_000_000, maxSeconds: 600 },
    });
    expect(captureOptions.safeParse(read.value).success).toBe(true);
  });

  it('names its source, near or far', () => {
    const sources = [
      options({}),
      options({ kind: 'ssh', host: 'ada@db.example' }),
      options({ kind: 'process', pid: '4711', farInterface: 'eth0' }),
      options({ kind: 'container', container: 'shop-db-1' }),
    ].map((read) => (read.ok ? sourceText(read.value.source) : read.error.message));
    expect(sources).toEqual(['eth0', 'any on ada@db.example', 'eth0 of process 4711', 'any of shop-db-1']);
  });

  it('is refused with a sentence that says what to write', () => {
    const wrong: Partial<CaptureForm>[] = [
      ...[
        { interface: '' },
        { kind: 'ssh' as const },
        { kind: 'process' as const, pid: '0' },
        { kind: 'container' as const },
      ],
      ...[
        { snap: '-1' },
        { snap: '300000' },
        { size: 'much' },
        { time: '5 weeks' },
        { kind: 'ssh' as const, host: 'x', farInterface: ' ' },
      ],
    ];
    for (const changes of wrong) {
      const read = options(changes);
      expect(read.ok).toBe(false);
      if (!read.ok) expect(read.error.message).toMatch(/^(Write|Choose) .*\.$/);
    }
  });

  it('may say a time in seconds, minutes or hours', () => {
    expect(['', '90', '90 s', '1.5 min', '2h'].map(parseSeconds)).toEqual([0, 90, 90, 90, 7200]);
    expect(['-1', '1 d', 'x'].map(parseSeconds)).toEqual([null, null, null]);
  });
});

describe('what was dropped', () => {
  const state: CaptureState = {
    ...{
      captureId: 1,
      source: { kind: 'interface', name: 'eth0' },
      filter: '',
      state: 'running',
      problem: null,
    },
    ...{
      startedAtUs: 0,
      packets: 0,
      bytes: 0,
      droppedByKernel: 1200,
      droppedByInterface: null,
      droppedByUs: 0,
    },
  };

  it('is told by who dropped it, and not where nobody has told', () => {
    expect(dropWords(state)).toBe('kernel 1,200, Plumbline 0');
    expect(droppedCount(state)).toBe(1200);
  });
});
