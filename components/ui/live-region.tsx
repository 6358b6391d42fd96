'use client';

import { useEffect, useRef, useState } from 'react';

/** Says the newest text politely, at most every five seconds, so that a stream does not talk without end. */
export function LiveRegion({ text, everyMs = 5_000 }: { readonly text: string; readonly everyMs?: number }) {
  const [said, setSaid] = useState('');
  const lastAt = useRef(0);
  useEffect(() => {
    if (text === said) return;
    const pause = Math.max(0, lastAt.current + everyMs - Date.now());
    const timer = setTimeout(() => {
      lastAt.current = Date.now();
      setSaid(text);
    }, pause);
    return () => clearTimeout(timer);
  }, [text, said, everyMs]);
  return (
    <div role="status" aria-live="polite" className="unseen">
      {said}
    </div>
  );
}
