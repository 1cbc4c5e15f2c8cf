import { Splitter } from '../../components/splitter.tsx';
import { useKeys } from '../../components/use-keys.ts';
import { useField, useSelected, useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { DetailPane } from './detail/detail-pane.tsx';
import { EmptyGuide } from './empty-guide.tsx';
import { ExchangeList } from './list/exchange-list.tsx';
import { NoMatch } from './no-match.tsx';
import { BranchTree } from './tree/branch-tree.tsx';
import './exchanges-panel.css';

export function ExchangesPanel() {
  const { layout, selection, view } = useWindowState();
  const isEmpty = useSelected(view.calmCount, (count) => count === 0);
  const filter = useField(view.state, 'filter');
  const narrowing = useField(view.state, 'narrowing');
  const loaded = useField(view.state, 'loaded');
  const selected = useStore(selection.state);
  const detailOpen = useStore(layout.detailOpen) && selected !== null;
  const dock = useStore(layout.dock);
  const height = useStore(layout.detailHeight);
  const width = useStore(layout.detailWidth);
  const treeOpen = useStore(layout.treeOpen);
  const treeWidth = useStore(layout.treeWidth);

  const closeDetail = () => {
    layout.detailOpen.set(false);
    document.querySelector<HTMLElement>('[role="grid"]')?.focus();
  };
  useKeys((event) => {
    if (event.key === 'b' && !event.ctrlKey && !event.metaKey) {
      layout.dock.set(dock === 'bottom' ? 'right' : 'bottom');
      return true;
    }
    if (event.key !== 'Escape') return false;
    if (detailOpen) closeDetail();
    else if (selected !== null || selection.chosen.get().ids?.size !== 0) selection.clear();
    else return false;
    return true;
  });

  return (
    <div className={`exchanges ${dock}`}>
      <div className="list-area">
        {treeOpen && (
          <>
            <div className="tree-frame" style={{ width: treeWidth }}>
              <BranchTree />
            </div>
            <Splitter
              label="Width of the tree"
              orientation="vertical"
              pane="before"
              size={treeWidth}
              min={140}
              max={Math.max(140, innerWidth - 480)}
              onResize={layout.treeWidth.set}
            />
          </>
        )}
        <div className="list-frame" data-part>
          <ExchangeList />
          {loaded &&
            isEmpty &&
            (filter.length === 0 && narrowing.length === 0 ? <EmptyGuide /> : <NoMatch />)}
        </div>
      </div>
      {detailOpen && (
        <>
          <Splitter
            label="Size of the details"
            orientation={dock === 'bottom' ? 'horizontal' : 'vertical'}
            size={dock === 'bottom' ? height : width}
            min={dock === 'bottom' ? 120 : 280}
            max={dock === 'bottom' ? innerHeight - 200 : innerWidth - 360}
            onResize={dock === 'bottom' ? layout.detailHeight.set : layout.detailWidth.set}
          />
          <div className="detail-frame" style={dock === 'bottom' ? { height } : { width }}>
            <DetailPane onClose={closeDetail} />
          </div>
        </>
      )}
    </div>
  );
}
