import { useContext, useId, type KeyboardEvent, type Ref } from 'react';
import type { PairedDevice } from '../../../core/contract/devices.ts';
import { KeysActive, hasCommand } from '../../components/use-keys.ts';
import { useNow } from '../../components/use-now.ts';
import { formatAgo, nextCheck, shortTraffic, systemWords } from '../../format/device-words.ts';
import { rowForKey } from '../../format/list-keys.ts';
import { useWindowState } from '../../state/window-state.ts';
import { CheckSign } from './check-sign.tsx';
import type { DeviceAction } from './device-action.ts';
import { useShowRequests } from './use-show-requests.ts';

interface DeviceListProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly devices: readonly PairedDevice[];
  readonly selected: string | null;
  readonly onAction: (action: DeviceAction) => void;
}

const pageRows = 5;
const agoEveryMs = 5000;

/** The paired devices: arrows move, Enter shows the requests, F2 renames, Delete removes. */
export function DeviceList({ ref, devices, selected, onAction }: DeviceListProps) {
  const store = useWindowState().devices;
  const showRequests = useShowRequests();
  const nowUs = useNow(useContext(KeysActive), agoEveryMs);
  const id = useId();
  const at = devices.findIndex((device) => device.id === selected);
  const choose = (index: number) => {
    store.selected.set(devices[index]?.id ?? null);
    document.getElementById(`${id}${index}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.shiftKey || hasCommand(event)) return;
    const next = rowForKey(event.key, at, devices.length, pageRows);
    const name = devices[at]?.name;
    if (next !== null) choose(next);
    else if (event.key === 'F2') onAction('rename');
    else if (event.key === 'Delete') onAction('remove');
    else if (event.key === 'Enter' && name !== undefined) showRequests(name);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={ref}
      className="device-list"
      role="listbox"
      tabIndex={0}
      aria-label="Devices"
      aria-activedescendant={at < 0 ? undefined : `${id}${at}`}
      onKeyDown={onKeyDown}
    >
      {devices.map((device, index) => (
        <div
          key={device.id}
          id={`${id}${index}`}
          role="option"
          aria-selected={index === at}
          className="device-row"
          onMouseDown={(event) => {
            if (event.button === 0) choose(index);
          }}
          onDoubleClick={() => showRequests(device.name)}
        >
          <Row device={device} nowUs={nowUs} />
        </div>
      ))}
    </div>
  );
}

function Row({ device, nowUs }: { readonly device: PairedDevice; readonly nowUs: number }) {
  const { name, address, seenAtUs, checks } = device;
  return (
    <>
      <div className="device-line">
        <span className="device-name ellipsis">{name}</span>
        <span className="muted">{formatAgo(nowUs - seenAtUs)}</span>
      </div>
      <div className="device-line muted">
        <span className="ellipsis">
          {systemWords(device)} · <span className="mono">{address}</span>
        </span>
      </div>
      <div className="device-line muted">
        <span className="device-signs">
          {checks.map((check) => (
            <CheckSign key={check.step} check={check} size={12} />
          ))}
        </span>
        <span className="ellipsis device-next">{nextCheck(checks)?.title ?? 'Works'}</span>
        <span className="device-traffic">{shortTraffic(device)}</span>
      </div>
    </>
  );
}
