'use client';

import { Failed } from '../components/shell/failed.tsx';

export default function ErrorPage({
  error,
  reset,
}: {
  readonly error: Error & { digest?: string };
  readonly reset: () => void;
}) {
  return <Failed digest={error.digest} retry={reset} />;
}
