import type { FilterClause } from '../../../../core/contract/exchanges.ts';
import { formatClause } from '../../../../core/filter/clause-text.ts';
import { Icon } from '../../../components/icon.tsx';

interface FilterChipProps {
  readonly clause: FilterClause;
  readonly onRemove: () => void;
}

export function FilterChip({ clause, onRemove }: FilterChipProps) {
  const text = formatClause(clause);
  return (
    <span className="filter-chip" title={text}>
      <span className="ellipsis">{text}</span>
      <button type="button" aria-label={`Remove ${text}`} onClick={onRemove}>
        <Icon name="close" size={10} />
      </button>
    </span>
  );
}
