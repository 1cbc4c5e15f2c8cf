import { useEffect, useState } from 'react';
import { ImageView } from '../../../components/image-view.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { formatSize } from '../../../format/size.ts';
import { textDecoder } from '../../../format/media-type.ts';
import type { BodyPages } from '../../../state/body-pages.ts';

const imageBytesMax = 33_554_432;
const pageBytesMax = 1_048_576;

/** The first bytes of a body, null until they are here. */
export function useFirstBytes(pages: BodyPages, bytesMax: number): Uint8Array | null {
  const [held, setHeld] = useState<{ readonly pages: BodyPages; readonly bytes: Uint8Array } | null>(null);
  useEffect(() => {
    const turn = new AbortController();
    void pages.read(0, bytesMax, turn.signal).then((bytes) => {
      if (!turn.signal.aborted) setHeld({ pages, bytes });
    });
    return () => turn.abort();
  }, [pages, bytesMax]);
  return held?.pages === pages ? held.bytes : null;
}

/** A picture is shown whole or not at all. */
export function BodyImage({ pages, mediaType }: { readonly pages: BodyPages; readonly mediaType: string }) {
  const bytes = useFirstBytes(pages, imageBytesMax + 1);
  if (bytes === null) return null;
  if (bytes.length > imageBytesMax)
    return (
      <p className="detail-empty">{`Pictures of more than ${formatSize(imageBytesMax)} are not drawn. Hex shows the bytes.`}</p>
    );
  return <ImageView bytes={bytes} mediaType={mediaType} />;
}

export function BodyPage({
  pages,
  contentType,
}: {
  readonly pages: BodyPages;
  readonly contentType: string | null;
}) {
  const bytes = useFirstBytes(pages, pageBytesMax + 1);
  if (bytes === null) return null;
  const html = textDecoder(contentType, bytes).decode(bytes.subarray(0, pageBytesMax));
  return <PageFrame html={html} complete={bytes.length <= pageBytesMax} />;
}
