interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly T[];
  readonly nameOf: (option: T) => string;
  readonly onChoose: (option: T) => void;
}

/** A label and what can be chosen, in one line. */
export function Choice<T extends string>({ label, value, options, nameOf, onChoose }: ChoiceProps<T>) {
  return (
    <label>
      <span className="muted">{label}</span>{' '}
      <select
        className="field"
        value={value}
        onChange={(event) => {
          const wanted = options.find((one) => one === event.currentTarget.value);
          if (wanted !== undefined) onChoose(wanted);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {nameOf(option)}
          </option>
        ))}
      </select>
    </label>
  );
}
