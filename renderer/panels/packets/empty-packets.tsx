import { CaptureOffer } from '../../components/capture-offer.tsx';
import { formatCount } from '../../format/duration.ts';
import { isRunning } from '../../state/capture.ts';
import { useField, useSelected, useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

/** What stands in the list while it has no rows. */
export function EmptyPackets() {
  const { packets, fileDialogs, capture } = useWindowState();
  const ability = useStore(capture.ability);
  const isCapturing = useSelected(capture.list, (list) => list.some(isRunning));
  const problem = useField(packets.view.state, 'problem');
  const loaded = useField(packets.view.state, 'loaded');
  const count = useField(packets.view.state, 'count');
  const total = useField(packets.view.state, 'total');
  const filter = useField(packets.view.state, 'filter');
  const { looked, total: toLook } = useField(packets.view.state, 'progress');
  if (!loaded || count > 0) return null;
  if (problem !== null)
    return (
      <div className="packet-empty">
        <h2>There is no list</h2>
        <p>{problem}</p>
      </div>
    );
  if (total > 0) {
    if (looked < toLook) return null;
    return (
      <div className="packet-empty">
        <h2>No packet matches</h2>
        <p>
          {filter === ''
            ? 'No packet of what was chosen was captured.'
            : `The filter hides all ${formatCount(total)} packets.`}
        </p>
        <p>
          <button type="button" className="button" onClick={() => packets.view.setScope({ kind: 'all' })}>
            Show all packets
          </button>
        </p>
      </div>
    );
  }
  return (
    <div className="packet-empty">
      <h2>No packets yet</h2>
      <p>
        {isCapturing
          ? 'Plumbline is capturing. The first packet that the capture filter lets through shows here.'
          : 'Packets show what happened below HTTP: lost and repeated segments, a receiver that does not read, handshakes, lookups.'}
      </p>
      {ability !== null && ability.state !== 'ready' && !isCapturing && <CaptureOffer />}
      <p className="packet-ways">
        {ability?.state === 'ready' && !isCapturing && (
          <button type="button" className="button primary" onClick={() => capture.dialogOpen.set(true)}>
            Capture …
          </button>
        )}
        <button
          type="button"
          className="button"
          onClick={() => fileDialogs.show({ kind: 'import', locked: null })}
        >
          Open a capture file …
        </button>
        <span className="muted">pcap and pcapng, gzip of either</span>
      </p>
    </div>
  );
}
