import { useState } from 'react';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Icon } from '../../../components/icon.tsx';
import { textDecoder } from '../../../format/media-type.ts';
import { formatSize } from '../../../format/size.ts';
import { fileNameFor } from '../../../format/file-name.ts';
import type { BodyInfo, BodyPages } from '../../../state/body-pages.ts';
import { saveBody } from '../../../state/save-body.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface BodyActionsProps {
  readonly pages: BodyPages;
  readonly info: BodyInfo;
  readonly contentType: string | null;
  readonly text: boolean;
  readonly fileName: string;
  readonly command: string | null;
}

/** More is not put on the clipboard. */
const copyBytesMax = 16_777_216;

/** Ways to take a body along. */
export function BodyActions({ pages, info, contentType, text, fileName, command }: BodyActionsProps) {
  const { notices } = useWindowState();
  const [saving, setSaving] = useState<{ readonly turn: AbortController; readonly bytes: number } | null>(
    null,
  );
  const tooLarge = info.totalBytes === null || info.totalBytes > copyBytesMax;
  const save = async () => {
    const turn = new AbortController();
    setSaving({ turn, bytes: 0 });
    const saved = await saveBody(pages, fileNameFor(fileName, contentType), command, turn.signal, (bytes) =>
      setSaving({ turn, bytes }),
    );
    setSaving(null);
    if (!saved.ok && saved.error.code !== 'stopped') notices.say(saved.error.message);
  };
  return (
    <>
      {text && !tooLarge && (
        <CopyButton
          what="body"
          text={async () => {
            const bytes = await pages.read(0, copyBytesMax);
            return textDecoder(contentType, bytes).decode(bytes);
          }}
        />
      )}
      {saving === null ? (
        <button
          type="button"
          className="button quiet"
          title="Save to a file"
          aria-label="Save body"
          onClick={() => void save()}
        >
          <Icon name="save" size={14} />
        </button>
      ) : (
        <button type="button" className="button" onClick={() => saving.turn.abort()}>
          {`Stop saving, ${formatSize(saving.bytes)}`}
        </button>
      )}
    </>
  );
}
