import { Icon } from '../../../components/icon.tsx';
import { useWindowState } from '../../../state/window-state.ts';
import { useStore } from '../../../state/store.ts';
import { formatScale } from '../../../format/duration.ts';

const scalesUs = [50_000, 200_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 30_000_000] as const;

/** Head of the waterfall column: its scale, with the time that stands in the middle and at the right edge. */
export function ScaleChooser({ scaleUs }: { readonly scaleUs: number }) {
  const { layout } = useWindowState();
  const chosen = useStore(layout.waterfallScale);
  return (
    <>
      <span className="scale-label" aria-hidden="true">
        Waterfall <Icon name="chevron" size={10} />
      </span>
      <select
        className="scale-chooser"
        aria-label="Time across the waterfall column"
        title="Server leg thick, client leg thin below, each from its first moment. Click to choose the time across the column; by itself, nine of ten rows in sight fit."
        value={chosen}
        onChange={(event) => layout.waterfallScale.set(Number(event.currentTarget.value))}
      >
        <option value={0}>Scale to the rows in sight</option>
        {scalesUs.map((us) => (
          <option key={us} value={us}>
            {formatScale(us)}
          </option>
        ))}
      </select>
      <span className="scale-tick half">{formatScale(scaleUs / 2)}</span>
      <span className="scale-tick full">{formatScale(scaleUs)}</span>
    </>
  );
}
