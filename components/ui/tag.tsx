import type { ReactNode } from 'react';

export function Tag({ warn = false, children }: { readonly warn?: boolean; readonly children: ReactNode }) {
  return <span className={warn ? 'tag warn' : 'tag'}>{children}</span>;
}
