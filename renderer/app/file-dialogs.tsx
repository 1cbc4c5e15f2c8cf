import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { ExportDialog } from './export-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';

/** The dialog about a file that is open, if one is. */
export function FileDialogs() {
  const shown = useStore(useWindowState().fileDialogs.shown);
  if (shown === null) return null;
  return shown.kind === 'export' ? <ExportDialog /> : <ImportDialog locked={shown.locked} />;
}
