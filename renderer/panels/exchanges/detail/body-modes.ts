import type { DetectedBody } from '../../../../core/decoders/detect-body.ts';
import type { Segment } from '../../../components/segmented.tsx';

/** `decoder:ID`, or one of the views that every body of a kind has. */
export type BodyMode = `decoder:${string}` | 'named' | 'image' | 'page' | 'text' | 'hex';

/** What can be shown of a body, the usual one first. `typeName`: its type in a `.proto` file. */
export function bodyModes(
  detected: DetectedBody,
  typeName: string | null = null,
): readonly Segment<BodyMode>[] {
  const { decoders, image, page, text } = detected;
  return [
    ...(typeName === null
      ? []
      : [{ value: 'named' as const, label: 'Names', hint: `${typeName}, as the .proto files say` }]),
    ...(image === null ? [] : [{ value: 'image' as const, label: 'Image' }]),
    ...decoders.map(({ id, name }) => ({ value: `decoder:${id}` as const, label: name })),
    ...(text ? [{ value: 'text' as const, label: 'Text' }] : []),
    ...(page
      ? [
          {
            value: 'page' as const,
            label: 'Preview',
            hint: 'The page without scripts and without anything it would load',
          },
        ]
      : []),
    ...(text
      ? []
      : [
          { value: 'hex' as const, label: 'Hex' },
          { value: 'text' as const, label: 'Text' },
        ]),
    ...(text ? [{ value: 'hex' as const, label: 'Hex' }] : []),
  ];
}

/** What a choice of view is remembered for. */
export function bodyKindName({ decoders, image, text, language }: DetectedBody): string {
  if (image !== null) return text ? 'drawing' : 'image';
  return decoders[0]?.id ?? (text ? language : 'binary');
}
