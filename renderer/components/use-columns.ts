import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** How many monospace characters fit side by side into the element. */
export function useColumns(reservedPx: number): [RefObject<HTMLDivElement | null>, number] {
  const container = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(120);
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) return;
    const characterPx = measureCharacter(element);
    const observer = new ResizeObserver(() => {
      setColumns(Math.max(20, Math.floor((element.clientWidth - reservedPx) / characterPx)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [reservedPx]);
  return [container, columns];
}

function measureCharacter(element: HTMLElement): number {
  const probe = document.createElement('span');
  probe.className = 'mono visually-hidden';
  probe.style.width = 'auto';
  probe.textContent = '0'.repeat(100);
  element.append(probe);
  const width = probe.getBoundingClientRect().width / 100;
  probe.remove();
  return width || 7;
}
