import { useEffect, useId, useState } from 'react';
import type { CaptureInterfaceView } from '../../core/contract/capture.ts';
import { CaptureOffer } from '../components/capture-offer.tsx';
import { Segmented } from '../components/segmented.tsx';
import {
  captureOptionsOf,
  emptyCaptureForm,
  type CaptureForm,
  type CaptureKind,
} from '../format/capture-form.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { FileDialog } from './file-dialog.tsx';
import './capture-dialog.css';

const kinds: readonly { readonly value: CaptureKind; readonly label: string }[] = [
  { value: 'interface', label: 'This machine' },
  { value: 'ssh', label: 'Over ssh' },
  { value: 'process', label: 'A process' },
  { value: 'container', label: 'A container' },
];

const interfaceKinds: Readonly<Record<CaptureInterfaceView['kind'], string>> = {
  loopback: 'Loopback',
  ethernet: 'Ethernet',
  wifi: 'Wi-Fi',
  bridge: 'Bridge',
  virtual: 'Virtual',
  vpn: 'VPN',
  any: 'All interfaces',
  other: 'Other',
};

const checkAfterMs = 250;

/** Where to capture packets, which of them, and when to stop. */
export function CaptureDialog() {
  const open = useStore(useWindowState().capture.dialogOpen);
  return open ? <Dialog /> : null;
}

/** The first that is up and carries what goes to other machines. */
function usualInterface(interfaces: readonly CaptureInterfaceView[]): string {
  const isUsual = ({ up, kind }: CaptureInterfaceView) => up && (kind === 'ethernet' || kind === 'wifi');
  return (interfaces.find(isUsual) ?? interfaces.find(({ up }) => up))?.name ?? '';
}

function Dialog() {
  const { capture, layout } = useWindowState();
  const ability = useStore(capture.ability);
  const [form, setForm] = useState<CaptureForm>(emptyCaptureForm);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const filterProblem = useFilterProblem(form.filter);
  const { lookAgain } = capture;
  useEffect(() => void lookAgain(), [lookAgain]);
  const chosen = form.interface === '' ? usualInterface(ability?.interfaces ?? []) : form.interface;
  const change = (changes: Partial<CaptureForm>) => {
    setForm({ ...form, ...changes });
    setProblem(null);
  };
  const close = () => capture.dialogOpen.set(false);
  const start = async () => {
    const options = captureOptionsOf({ ...form, interface: chosen });
    if (!options.ok) return setProblem(options.error.message);
    setBusy(true);
    const started = await capture.start(options.value);
    setBusy(false);
    if (!started.ok) return setProblem(started.error.message);
    layout.panel.set('packets');
    close();
  };
  // What is captured on another machine needs no right on this one.
  const isOffer = form.kind !== 'ssh' && ability !== null && ability.state !== 'ready';
  return (
    <FileDialog
      title="Capture packets"
      action="Start"
      busy={busy}
      disabled={isOffer || filterProblem !== null}
      problem={problem}
      onConfirm={() => void start()}
      onClose={close}
    >
      <div>
        <Segmented label="Where" segments={kinds} value={form.kind} onChange={(kind) => change({ kind })} />
      </div>
      {isOffer ? (
        <CaptureOffer />
      ) : (
        <>
          <Source form={form} chosen={chosen} interfaces={ability?.interfaces ?? []} onChange={change} />
          <Field
            label="Capture filter, as tcpdump takes it"
            placeholder="not port 22, or host 10.0.0.5 and tcp"
            value={form.filter}
            onChange={(filter) => change({ filter })}
            problem={filterProblem}
          />
          <div className="capture-limits">
            <Field
              label="Keep of each packet"
              placeholder="all bytes"
              value={form.snap}
              onChange={(snap) => change({ snap })}
            />
            <Field
              label="Stop at size"
              placeholder="no limit"
              value={form.size}
              onChange={(size) => change({ size })}
            />
            <Field
              label="Stop after"
              placeholder="no limit"
              value={form.time}
              onChange={(time) => change({ time })}
            />
          </div>
        </>
      )}
    </FileDialog>
  );
}

interface SourceProps {
  readonly form: CaptureForm;
  readonly chosen: string;
  readonly interfaces: readonly CaptureInterfaceView[];
  readonly onChange: (changes: Partial<CaptureForm>) => void;
}

function Source({ form, chosen, interfaces, onChange }: SourceProps) {
  const id = useId();
  const far = (
    <Field
      label="Interface there"
      placeholder="any"
      value={form.farInterface}
      onChange={(farInterface) => onChange({ farInterface })}
    />
  );
  switch (form.kind) {
    case 'interface':
      return (
        <fieldset className="file-choice capture-interfaces">
          <legend>Interface</legend>
          {interfaces.map(({ name, description, addresses, up, kind }) => (
            <label key={name} title={addresses.join(', ')}>
              <input
                type="radio"
                name={`${id}interface`}
                checked={name === chosen}
                onChange={() => onChange({ interface: name })}
              />
              <span className="mono">{name}</span>
              <span>{description === '' ? interfaceKinds[kind] : description}</span>
              <span className="muted ellipsis capture-addresses">{up ? addresses.join(', ') : 'down'}</span>
            </label>
          ))}
        </fieldset>
      );
    case 'ssh':
      return (
        <div className="capture-far">
          <Field
            label="Machine, as ssh takes it"
            placeholder="ada@db.example"
            value={form.host}
            onChange={(host) => onChange({ host })}
            note="tcpdump must be there, and may be run. Keys come from your ssh agent; nothing is asked for."
          />
          {far}
        </div>
      );
    case 'process':
      return (
        <div className="capture-far">
          <Field
            label="Number of the process"
            placeholder="4711"
            value={form.pid}
            onChange={(pid) => onChange({ pid })}
            note="All packets of the network that this process is in, its own and others."
          />
          {far}
        </div>
      );
    case 'container':
      return (
        <div className="capture-far">
          <Field
            label="Name or id of the container"
            placeholder="shop-db-1"
            value={form.container}
            onChange={(container) => onChange({ container })}
            note="Packets as the container sees them."
          />
          {far}
        </div>
      );
    default:
      return form.kind satisfies never;
  }
}

interface FieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: string | null;
  readonly note?: string;
}

function Field({ label, placeholder, value, onChange, problem = null, note }: FieldProps) {
  const id = useId();
  return (
    <div className="file-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field"
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        maxLength={4096}
        value={value}
        aria-invalid={problem !== null}
        aria-describedby={problem === null && note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      {problem !== null ? (
        <p id={`${id}-note`} className="file-problem">
          {problem}
        </p>
      ) : (
        note !== undefined && (
          <p id={`${id}-note`} className="muted">
            {note}
          </p>
        )
      )}
    </div>
  );
}

/** What tcpdump says of a filter, a moment after it was typed. */
function useFilterProblem(filter: string): string | null {
  const { checkFilter } = useWindowState().capture;
  const [checked, setChecked] = useState<{ filter: string; problem: string | null } | null>(null);
  useEffect(() => {
    if (filter.trim() === '') return;
    let isWanted = true;
    const timer = setTimeout(() => {
      void checkFilter(filter).then((problem) => {
        if (isWanted) setChecked({ filter, problem });
      });
    }, checkAfterMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [filter, checkFilter]);
  return checked !== null && checked.filter === filter && filter.trim() !== '' ? checked.problem : null;
}
