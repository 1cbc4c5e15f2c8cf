import { useMemo, useState } from 'react';
import { jsonRows, type JsonRows } from '../../../format/json-rows.ts';
import { bodyKind, textDecoder, type BodyKind } from '../../../format/media-type.ts';
import type { BodyState } from './read-body.ts';

export type BodyMode = 'json' | 'image' | 'text' | 'hex';

export interface BodyView {
  readonly kind: BodyKind;
  readonly mode: BodyMode;
  readonly modes: readonly BodyMode[];
  readonly choose: (mode: BodyMode) => void;
  readonly text: string;
  readonly json: JsonRows | null;
}

/** How the loaded part of a body is shown: as its kind suggests, until the person chooses otherwise. */
export function useBodyView(body: BodyState | null): BodyView {
  const [chosen, setChosen] = useState<BodyMode | null>(null);
  const kind = body === null ? 'empty' : bodyKind(body.contentType, body.bytes);
  const text = useMemo(() => (body === null ? '' : textDecoder(body.contentType).decode(body.bytes)), [body]);
  const json = useMemo(() => (kind === 'json' ? jsonRows(text) : null), [kind, text]);
  const modes: BodyMode[] = [
    ...(json !== null ? (['json'] as const) : []),
    ...(kind === 'image' ? (['image'] as const) : []),
    'text',
    'hex',
  ];
  const usual: BodyMode = kind === 'binary' ? 'hex' : (modes[0] ?? 'text');
  const mode = chosen !== null && modes.includes(chosen) ? chosen : usual;
  return { kind, mode, modes, choose: setChosen, text, json };
}
