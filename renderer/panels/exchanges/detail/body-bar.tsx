import { CopyButton } from '../../../components/copy-button.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import type { BodyMode, BodyView } from './use-body-view.ts';
import type { Body } from './use-body.ts';

const modeNames: Readonly<Record<BodyMode, string>> = {
  json: 'JSON',
  image: 'Image',
  text: 'Text',
  hex: 'Hex',
};

/** How the body is shown, what it is, and a way to take it along. */
export function BodyBar({ body, view }: { readonly body: Body; readonly view: BodyView }) {
  if (body.state === null || view.kind === 'empty') return null;
  const { codings, contentType } = body.state;
  return (
    <>
      <Segmented
        label="How the body is shown"
        value={view.mode}
        onChange={view.choose}
        segments={view.modes.map((mode) => ({ value: mode, label: modeNames[mode] }))}
      />
      <span className="muted ellipsis" title={contentType ?? ''}>
        {[contentType, codings.length > 0 ? `${codings.join(', ')} undone` : null]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {view.kind !== 'binary' && view.kind !== 'image' && (
        <CopyButton text={view.text} what={body.state.done ? 'body' : 'the part of the body that is shown'} />
      )}
    </>
  );
}
