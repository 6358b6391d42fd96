import type { ReactNode } from 'react';

/** The page's `main`. A bar that sticks to the bottom stands after it, not in it. */
export function Page({ children }: { readonly children: ReactNode }) {
  return (
    <main className="page" id="main" tabIndex={-1}>
      {children}
    </main>
  );
}

/** For a page that says one thing: sign-in, no role, not found. */
export function LonePage({ children }: { readonly children: ReactNode }) {
  return (
    <main className="alone" id="main" tabIndex={-1}>
      {children}
    </main>
  );
}
