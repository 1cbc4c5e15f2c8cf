import { useEffect, useState } from 'react';

interface ImageViewProps {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** A picture, drawn by an `img` element from a blob: scripts inside an SVG do not run there and nothing is fetched. */
export function ImageView({ bytes, mediaType }: ImageViewProps) {
  const [url, setUrl] = useState<string | null>(null);
  const [size, setSize] = useState('');
  useEffect(() => {
    const created = URL.createObjectURL(new Blob([bytes.slice()], { type: mediaType }));
    setUrl(created);
    return () => URL.revokeObjectURL(created);
  }, [bytes, mediaType]);

  return (
    <div className="viewer image-view">
      {url !== null && (
        <img
          src={url}
          alt="Body of the message"
          onLoad={({ currentTarget }) =>
            setSize(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight} px`)
          }
          onError={() => setSize('The bytes are not a complete picture of this type.')}
        />
      )}
      <p className="muted">{size}</p>
    </div>
  );
}
