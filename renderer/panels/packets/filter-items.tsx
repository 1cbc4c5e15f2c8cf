import { ContextMenu } from 'radix-ui';
import { MenuItem } from '../../components/menu-item.tsx';
import { filterJoinNames, filterJoins, joinedFilter } from '../../format/display-filter.ts';
import { useWindowState } from '../../state/window-state.ts';

/** “Apply as filter” of a menu: what was pointed at, joined to the filter that is there. */
export function FilterItems({ term }: { readonly term: string }) {
  const { packets } = useWindowState();
  const present = packets.view.state.get().filter;
  return (
    <ContextMenu.Sub>
      <ContextMenu.SubTrigger className="menu-item" disabled={term === ''}>
        <span className="ellipsis">Apply as filter</span>
      </ContextMenu.SubTrigger>
      <ContextMenu.Portal>
        <ContextMenu.SubContent className="menu" collisionPadding={8}>
          <ContextMenu.Label className="menu-meaning mono">{term}</ContextMenu.Label>
          {filterJoins.map((join) => (
            <MenuItem
              key={join}
              disabled={present.trim() === '' && (join === 'and' || join === 'or' || join === 'and-not')}
              onSelect={() => packets.filter.set(joinedFilter(present, term, join))}
            >
              {filterJoinNames[join]}
            </MenuItem>
          ))}
        </ContextMenu.SubContent>
      </ContextMenu.Portal>
    </ContextMenu.Sub>
  );
}
