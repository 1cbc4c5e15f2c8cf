import type { CaptureOptions, CaptureSource, CaptureState } from '../../core/contract/capture.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { formatCount } from './duration.ts';
import { parseSize } from './parse-size.ts';

export const captureKinds = ['interface', 'ssh', 'process', 'container'] as const;
export type CaptureKind = (typeof captureKinds)[number];

/** What a person typed into the dialog. */
export interface CaptureForm {
  readonly kind: CaptureKind;
  readonly interface: string;
  /** `user@host` or an alias of ssh. */
  readonly host: string;
  readonly pid: string;
  readonly container: string;
  /** Interface on the other machine, or in the namespace. */
  readonly farInterface: string;
  readonly filter: string;
  /** Bytes kept of each packet, empty for all. */
  readonly snap: string;
  /** `500 MB`, empty for no limit. */
  readonly size: string;
  /** `90`, `10 min`, `2 h`, empty for no limit. */
  readonly time: string;
}

export const emptyCaptureForm: CaptureForm = {
  ...{ kind: 'interface', interface: '', host: '', pid: '', container: '', farInterface: 'any' },
  ...{ filter: '', snap: '', size: '', time: '' },
};

const snapBytesMax = 262_144;
const units: Readonly<Record<string, number>> = { '': 1, s: 1, sec: 1, min: 60, m: 60, h: 3600 };

/** Seconds of `90`, `90 s`, `10 min`, `2 h`; 0 for nothing, null for anything else. */
export function parseSeconds(text: string): number | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return 0;
  const match = /^(\d{1,6}(?:\.\d+)?)\s*([a-z]*)$/.exec(wanted);
  const unit = units[match?.[2] ?? '?'];
  return match === null || unit === undefined ? null : Math.round(Number(match[1]) * unit);
}

/** What the engine is asked for. Failure `bad-form`: which field has to be changed, and to what. */
export function captureOptionsOf(form: CaptureForm): Result<CaptureOptions> {
  const source = sourceOf(form);
  if (!source.ok) return source;
  const snapBytes = form.snap.trim() === '' ? 0 : Number(form.snap.replaceAll(',', ''));
  if (!Number.isInteger(snapBytes) || snapBytes < 0 || snapBytes > snapBytesMax)
    return fail(
      'bad-form',
      `Write how many bytes of each packet to keep as a number up to ${formatCount(snapBytesMax)}, or nothing for all of it.`,
    );
  const maxBytes = parseSize(form.size);
  if (maxBytes === null)
    return fail('bad-form', 'Write the size to stop at as 500 MB or 2 GB, or nothing for no limit.');
  const maxSeconds = parseSeconds(form.time);
  if (maxSeconds === null)
    return fail('bad-form', 'Write the time to stop after as 90 s, 10 min or 2 h, or nothing for no limit.');
  return succeed({ source: source.value, filter: form.filter.trim(), snapBytes, maxBytes, maxSeconds });
}

function sourceOf(form: CaptureForm): Result<CaptureSource> {
  const name = form.kind === 'interface' ? form.interface : form.farInterface.trim();
  if (name === '') return fail('bad-form', 'Choose an interface; “any” takes all of them.');
  switch (form.kind) {
    case 'interface':
      return succeed({ kind: 'interface', name });
    case 'ssh': {
      const host = form.host.trim();
      if (host === '') return fail('bad-form', 'Write the machine as ssh takes it, such as ada@db.example.');
      return succeed({ kind: 'ssh', host, name });
    }
    case 'process': {
      const pid = Number(form.pid.trim());
      if (!Number.isInteger(pid) || pid < 1)
        return fail('bad-form', 'Write the number of the process, such as 4711.');
      return succeed({ kind: 'process', pid, name });
    }
    case 'container': {
      const container = form.container.trim();
      if (container === '') return fail('bad-form', 'Write the name or the id of the container.');
      return succeed({ kind: 'container', container, name });
    }
    default:
      return form.kind satisfies never;
  }
}

/** `eth0`, `any on ada@db.example`, `eth0 of process 4711`. */
export function sourceText(source: CaptureSource): string {
  switch (source.kind) {
    case 'interface':
      return source.name;
    case 'ssh':
      return `${source.name} on ${source.host}`;
    case 'process':
      return `${source.name} of process ${source.pid}`;
    case 'container':
      return `${source.name} of ${source.container}`;
    default:
      return source satisfies never;
  }
}

/** Packets that were lost on the way here, and by whom: `kernel 12`; empty where nobody has told of any counter. */
export function dropWords(state: CaptureState): string {
  const counts: readonly (readonly [string, number | null])[] = [
    ['kernel', state.droppedByKernel],
    ['interface', state.droppedByInterface],
    ['Plumbline', state.droppedByUs],
  ];
  return counts
    .flatMap(([name, count]) => (count === null ? [] : [`${name} ${formatCount(count)}`]))
    .join(', ');
}

/** Of all counters that were told. */
export function droppedCount(state: CaptureState): number {
  return (state.droppedByKernel ?? 0) + (state.droppedByInterface ?? 0) + state.droppedByUs;
}
