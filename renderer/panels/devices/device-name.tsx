import { useId, useState } from 'react';
import { deviceNameMax, type PairedDevice } from '../../../core/contract/devices.ts';
import { systemWords } from '../../format/device-words.ts';
import { useWindowState } from '../../state/window-state.ts';

interface DeviceNameProps {
  readonly device: PairedDevice;
  readonly onEnd: () => void;
}

/** The name as a field: Enter takes it, Escape leaves it as it was. What is wrong stands where the system stood. */
export function DeviceName({ device, onEnd }: DeviceNameProps) {
  const { devices } = useWindowState();
  const id = useId();
  const [name, setName] = useState(device.name);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async () => {
    const refused = await devices.rename(device.id, name.trim());
    setProblem(refused);
    if (refused === null) onEnd();
  };
  return (
    <form
      className="device-rename"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === device.name) onEnd();
        else void save();
      }}
    >
      <input
        className="field"
        aria-label="Name of the device"
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : id}
        maxLength={deviceNameMax}
        spellCheck={false}
        autoComplete="off"
        value={name}
        ref={focusAndSelect}
        onChange={(event) => {
          setName(event.currentTarget.value);
          setProblem(null);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          onEnd();
        }}
      />
      <button type="submit" className="button">
        Rename
      </button>
      <button type="button" className="button quiet" onClick={onEnd}>
        Cancel
      </button>
      <p
        id={id}
        className={problem === null ? 'muted' : 'problem'}
        role={problem === null ? undefined : 'alert'}
      >
        {problem ?? systemWords(device)}
      </p>
    </form>
  );
}

function focusAndSelect(field: HTMLInputElement | null): void {
  field?.focus({ preventScroll: true });
  field?.select();
}
