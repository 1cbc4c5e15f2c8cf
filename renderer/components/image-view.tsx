import { useCallback, useState } from 'react';
import { formatSize } from '../format/size.ts';
import { Segmented } from './segmented.tsx';
import './image-view.css';

interface ImageViewProps {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** A picture, drawn by an `img` element from a blob: scripts inside an SVG do not run there and nothing is fetched. */
export function ImageView({ bytes, mediaType }: ImageViewProps) {
  const [size, setSize] = useState('');
  const [zoom, setZoom] = useState<'fit' | 'actual'>('fit');
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
    <div className="viewer">
      <div className="viewer-bar">
        <Segmented
          label="Size of the picture"
          value={zoom}
          onChange={setZoom}
          segments={[
            { value: 'fit', label: 'Fit' },
            { value: 'actual', label: '100 %' },
          ]}
        />
        <span className="muted">{size}</span>
        <span className="muted">{`${mediaType}, ${formatSize(bytes.length)}`}</span>
      </div>
      <div className={`image-view ${zoom}`} role="region" aria-label="Picture" tabIndex={0}>
        <img
          ref={draw}
          alt="Body of the message"
          onLoad={({ currentTarget }) =>
            setSize(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight} px`)
          }
          onError={() => setSize('The bytes are not a complete picture of this type. Hex shows them.')}
        />
      </div>
    </div>
  );
}
