import { Icon } from '../../../components/icon.tsx';
import { useWindowState } from '../../../state/window-state.ts';
import { useStore, type Store } from '../../../state/store.ts';
import { formatScale } from '../../../format/duration.ts';
import { useWaterfallAxis } from './use-waterfall-axis.ts';
import { WaterfallRuler } from './waterfall-ruler.tsx';
import './waterfall.css';

const scalesUs = [50_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 30_000_000] as const;
/** The choice that puts all rows on one axis. */
const absoluteChoice = 'absolute';

/** Head of the waterfall column: its scale, with the time that stands in the middle and at the right edge, or the axis of all rows. */
export function ScaleChooser({ scaleUs }: { readonly scaleUs: Store<number> }) {
  const { layout } = useWindowState();
  const chosen = useStore(layout.waterfallScale);
  const mode = useStore(layout.waterfallMode);
  const axis = useWaterfallAxis();
  const absolute = mode === 'absolute';
  return (
    <>
      <span className="scale-label" aria-hidden="true">
        {!absolute && 'Waterfall'} <Icon name="chevron" size={10} />
      </span>
      <select
        className={`scale-chooser ${absolute ? 'narrow' : ''}`}
        aria-label="Time across the waterfall column"
        title="Server leg thick, client leg thin below, each from its first moment. Click to choose the time across the column, or one time axis for all rows; by itself, nine of ten rows in sight fit."
        value={absolute ? absoluteChoice : chosen}
        onChange={(event) => {
          const { value } = event.currentTarget;
          layout.waterfallMode.set(value === absoluteChoice ? 'absolute' : 'relative');
          if (value !== absoluteChoice) layout.waterfallScale.set(Number(value));
        }}
      >
        <option value={0}>Scale to the rows in sight</option>
        {scalesUs.map((us) => (
          <option key={us} value={us}>
            {formatScale(us)}
          </option>
        ))}
        <option value={absoluteChoice}>One time axis for all rows</option>
      </select>
      {absolute && axis !== null && <WaterfallRuler axis={axis} />}
      {!absolute && <ScaleTicks scaleUs={scaleUs} />}
    </>
  );
}

function ScaleTicks({ scaleUs }: { readonly scaleUs: Store<number> }) {
  const us = useStore(scaleUs);
  return (
    <>
      <span className="scale-tick half">{formatScale(us / 2)}</span>
      <span className="scale-tick full">{formatScale(us)}</span>
    </>
  );
}
