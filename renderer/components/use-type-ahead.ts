import { useRef } from 'react';

const pauseMs = 800;

/** Collects letters typed shortly after one another; null for a key that is no letter. */
export function useTypeAhead(): (key: string) => string | null {
  const typed = useRef({ text: '', atMs: 0 });
  return (key) => {
    if (key.length !== 1 || (key === ' ' && typed.current.text === '')) return null;
    const now = performance.now();
    const before = now - typed.current.atMs < pauseMs ? typed.current.text : '';
    typed.current = { text: before + key.toLowerCase(), atMs: now };
    return typed.current.text;
  };
}
