import { useCallback, useState } from 'react';

interface ImageViewProps {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** A picture, drawn by an `img` element from a blob: scripts inside an SVG do not run there and nothing is fetched. */
export function ImageView({ bytes, mediaType }: ImageViewProps) {
  const [size, setSize] = useState('');
  const draw = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(new Blob([bytes.slice()], { type: mediaType }));
      image.src = url;
      return () => {
        URL.revokeObjectURL(url);
      };
    },
    [bytes, mediaType],
  );
  return (
    <div className="viewer image-view">
      <img
        ref={draw}
        alt="Body of the message"
        onLoad={({ currentTarget }) =>
          setSize(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight} px`)
        }
        onError={() => setSize('The bytes are not a complete picture of this type.')}
      />
      <p className="muted">{size}</p>
    </div>
  );
}
