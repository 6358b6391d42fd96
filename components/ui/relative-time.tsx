'use client';

import { useEffect, useState } from 'react';
import { absolute, absoluteSeconds, relative } from './time-text.ts';

/** Absolute from the server, relative once the browser's clock is there; UTC to the second on hover. */
export function RelativeTime({ at, capital = false }: { readonly at: string; readonly capital?: boolean }) {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  const text = now === null ? absolute(at) : relative(at, now);
  return (
    <time dateTime={at} title={absoluteSeconds(at)}>
      {capital ? text.charAt(0).toUpperCase() + text.slice(1) : text}
    </time>
  );
}
