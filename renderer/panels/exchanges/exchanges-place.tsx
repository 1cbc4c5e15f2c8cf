import { ExchangesPanel } from './exchanges-panel.tsx';
import { TimeStrip } from './strip/time-strip.tsx';

/** The list under the strip that shows its requests over time. */
export function ExchangesPlace() {
  return (
    <div className="exchanges-place">
      <TimeStrip />
      <ExchangesPanel />
    </div>
  );
}
