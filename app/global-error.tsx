'use client';

import { Failed } from '../components/shell/failed.tsx';
import './globals.css';

/** Stands in for the whole document when even the layout failed. */
export default function GlobalError({
  error,
  reset,
}: {
  readonly error: Error & { digest?: string };
  readonly reset: () => void;
}) {
  return (
    <html lang="en">
      <body>
        <title>Failed · Patless</title>
        <Failed digest={error.digest} retry={reset} />
      </body>
    </html>
  );
}
