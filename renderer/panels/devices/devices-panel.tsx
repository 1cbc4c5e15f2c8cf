import { useContext, useLayoutEffect, useRef } from 'react';
import { KeysActive, useKeys } from '../../components/use-keys.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AddPhone } from './add-phone.tsx';
import { EmptyDevices } from './empty-devices.tsx';
import { PairedDevices } from './paired-devices.tsx';
import './devices.css';

/** Phones and other devices that send their traffic here: those there are, and the way to add one. */
export function DevicesPanel() {
  const { devices } = useWindowState();
  const state = useStore(devices.state);
  const adding = useStore(devices.adding);
  const frame = useRef<HTMLDivElement>(null);
  useStartFocus(frame, adding);
  // Here, where it is heard before the window's own Escape, which leaves the place.
  useKeys((event) => {
    if (event.key !== 'Escape' || !adding) return false;
    void devices.endPairing();
    return true;
  });
  const isEmpty =
    state !== null && [state.devices, state.former, state.strangers].every(({ length }) => length === 0);
  return (
    <div className="devices" ref={frame}>
      {state !== null &&
        (adding ? <AddPhone state={state} /> : isEmpty ? <EmptyDevices /> : <PairedDevices state={state} />)}
    </div>
  );
}

/** Whoever goes from the list to the adding of a phone, or back, begins at the beginning there. */
function useStartFocus(frame: React.RefObject<HTMLElement | null>, adding: boolean): void {
  const isActive = useContext(KeysActive);
  const before = useRef(adding);
  useLayoutEffect(() => {
    if (before.current === adding) return;
    before.current = adding;
    if (isActive) frame.current?.querySelector<HTMLElement>('[data-start]')?.focus({ preventScroll: true });
  }, [frame, adding, isActive]);
}
