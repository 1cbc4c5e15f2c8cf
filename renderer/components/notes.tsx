import { ToneSign } from './tone-sign.tsx';

/** What a reader of a body should know of how it was read. */
export function Notes({
  notes,
  tone = 'note',
}: {
  readonly notes: readonly string[];
  readonly tone?: 'note' | 'warning';
}) {
  if (notes.length === 0) return null;
  return (
    <div className={`banner ${tone}`}>
      <ToneSign tone={tone} />
      <div className="grow">
        {notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
    </div>
  );
}
