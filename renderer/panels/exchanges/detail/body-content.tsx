import { HexView } from '../../../components/hex-view.tsx';
import { ImageView } from '../../../components/image-view.tsx';
import { JsonView } from '../../../components/json-view.tsx';
import { TextView } from '../../../components/text-view.tsx';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { formatSize } from '../../../format/size.ts';
import type { BodyView } from './use-body-view.ts';
import type { BodyState } from './read-body.ts';
import type { Body } from './use-body.ts';

interface BodyContentProps {
  readonly body: Body;
  readonly view: BodyView;
  /** As the exchange counted them, to tell a body that is empty from one that was not recorded. */
  readonly wireBytes: number;
  readonly recorded: string;
}

export function BodyContent({ body, view, wireBytes, recorded }: BodyContentProps) {
  const { state, problem } = body;
  if (problem !== null) return <p className="detail-empty">{problem}</p>;
  if (state === null) return null;
  return (
    <>
      {state.decodeError !== null && (
        <div className="banner warning">
          <ToneSign tone="warning" />
          <p className="grow">
            Decoding stopped: {state.decodeError} What was read before is shown; “Raw” shows the bytes on the
            wire.
          </p>
        </div>
      )}
      {view.kind === 'empty' ? (
        <p className="detail-empty muted">{emptyWords(wireBytes, recorded, state.decodeError !== null)}</p>
      ) : (
        <Viewer state={state} view={view} more={<More body={body} state={state} />} />
      )}
    </>
  );
}

interface ViewerProps {
  readonly state: BodyState;
  readonly view: BodyView;
  readonly more: React.ReactNode;
}

function Viewer({ state, view, more }: ViewerProps) {
  switch (view.mode) {
    case 'json':
      return view.json === null ? null : <JsonView text={view.text} layout={view.json} end={more} />;
    case 'image':
      return (
        <>
          {state.done && <ImageView bytes={state.bytes} mediaType={state.contentType ?? ''} />}
          {more}
        </>
      );
    case 'text':
      return <TextView text={view.text} end={more} />;
    case 'hex':
      return <HexView bytes={state.bytes} end={more} />;
    default:
      return view.mode satisfies never;
  }
}

function More({ body, state }: { readonly body: Body; readonly state: BodyState }) {
  if (state.done || state.decodeError !== null) return null;
  const shown = formatSize(state.bytes.length);
  return (
    <div className="body-more">
      <span>
        {state.totalBytes === null
          ? `The first ${shown} are shown`
          : `First ${shown} of ${formatSize(state.totalBytes)} shown`}
      </span>
      <button type="button" className="button" disabled={body.loading} onClick={body.more}>
        Show more
      </button>
    </div>
  );
}

function emptyWords(wireBytes: number, recorded: string, undecodable: boolean): string {
  if (undecodable) return 'Nothing could be decoded.';
  if (wireBytes === 0) return 'There is no body.';
  return recorded === 'full' ? 'The body decodes to nothing.' : `The body was not recorded. ${recorded}`;
}
