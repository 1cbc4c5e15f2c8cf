import { useRef, useState } from 'react';
import type { DevicesState } from '../../../core/contract/devices.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { AdbDevices } from './adb-devices.tsx';
import type { DeviceAction } from './device-action.ts';
import { DeviceBar } from './device-bar.tsx';
import { DeviceDetails } from './device-details.tsx';
import { DeviceList } from './device-list.tsx';
import { FormerDevices } from './former-devices.tsx';
import { RemoveDevice } from './remove-device.tsx';
import { Strangers } from './strangers.tsx';

/** The devices there are, the selected one beside them, and those that are none of them. */
export function PairedDevices({ state }: { readonly state: DevicesState }) {
  const { devices } = useWindowState();
  const wanted = useStore(devices.selected);
  const [action, setAction] = useState<{ readonly id: string; readonly kind: DeviceAction } | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const selected = state.devices.find(({ id }) => id === wanted) ?? state.devices[0] ?? null;
  const begin = (kind: DeviceAction) => setAction(selected === null ? null : { id: selected.id, kind });
  const end = () => {
    setAction(null);
    list.current?.focus({ preventScroll: true });
  };
  const doing = action !== null && action.id === selected?.id ? action.kind : null;
  return (
    <>
      <DeviceBar state={state} />
      <div className="device-columns">
        <div className="device-side" data-part>
          {state.devices.length > 0 ? (
            <DeviceList ref={list} devices={state.devices} selected={selected?.id ?? null} onAction={begin} />
          ) : (
            <p className="device-none muted">No phone is paired.</p>
          )}
          <Strangers strangers={state.strangers} />
          <FormerDevices former={state.former} />
          <AdbDevices />
        </div>
        {selected !== null && (
          <DeviceDetails
            key={selected.id}
            device={selected}
            isRenaming={doing === 'rename'}
            onAction={begin}
            onRenamed={end}
          />
        )}
      </div>
      {selected !== null && doing === 'remove' && <RemoveDevice device={selected} onClose={end} />}
    </>
  );
}
