import { useId, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly explanation: string;
  readonly children: ReactNode;
}

export function Section({ title, explanation, children }: SectionProps) {
  const id = useId();
  return (
    <section className="settings-section" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <p className="muted">{explanation}</p>
      </header>
      <div className="settings-content">{children}</div>
    </section>
  );
}
