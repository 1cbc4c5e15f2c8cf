import type { FilterCompletion } from '../../../../core/filter/complete-filter.ts';

interface CompletionListProps {
  readonly id: string;
  readonly options: readonly FilterCompletion[];
  readonly active: number | null;
  readonly onAccept: (option: FilterCompletion) => void;
}

export function completionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

/** The popup of the filter's combobox. The focus stays in the field. */
export function CompletionList({ id, options, active, onAccept }: CompletionListProps) {
  return (
    <ul id={id} role="listbox" aria-label="Completions" className="completion-list">
      {options.map((option, index) => (
        <li
          key={option.label}
          id={completionId(id, index)}
          role="option"
          aria-selected={index === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onAccept(option)}
        >
          <span className="completion-label">{option.label}</span>
          {option.detail !== options[index - 1]?.detail && (
            <span className="completion-detail ellipsis">{option.detail}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
