import { useRef } from 'react';
import { filesWithPaths } from '../state/dropped-files.ts';

interface ChoosePathProps {
  readonly onChosen: (path: string) => void;
}

/** The system's dialog for where to write; nothing in a browser, which has none for the machine of the engine. */
export function ChooseTarget({ path, onChosen }: ChoosePathProps & { readonly path: string }) {
  const { plumbline } = window;
  if (plumbline === undefined) return null;
  const choose = async () => {
    const chosen = await plumbline.chooseTarget(path);
    if (chosen !== null) onChosen(chosen);
  };
  return (
    <button type="button" className="button" onClick={() => void choose()}>
      Choose …
    </button>
  );
}

/** The same for a session to open. */
export function ChooseSession({ onChosen }: ChoosePathProps) {
  const chooser = useRef<HTMLInputElement>(null);
  if (window.plumbline === undefined) return null;
  return (
    <>
      <button type="button" className="button" onClick={() => chooser.current?.click()}>
        Choose …
      </button>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".plumb"
        aria-label="Session to open"
        onChange={(event) => {
          const [file] = filesWithPaths(event.target.files);
          // The same file can be chosen again.
          event.target.value = '';
          if (file?.path != null) onChosen(file.path);
        }}
      />
    </>
  );
}
