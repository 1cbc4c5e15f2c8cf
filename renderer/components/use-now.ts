import { useEffect, useState } from 'react';

/** The present, µs since the epoch, every `everyMs` while `running`; else where it stood. */
export function useNow(running: boolean, everyMs = 200): number {
  const [nowUs, setNowUs] = useState(() => Date.now() * 1000);
  useEffect(() => {
    if (!running) return;
    const tick = () => setNowUs(Date.now() * 1000);
    tick();
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
  return nowUs;
}
