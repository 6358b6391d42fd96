import type { ReactNode } from 'react';

/** One sentence on what would be here, one action. */
export function EmptyState({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action && <div className="acts">{action}</div>}
    </div>
  );
}
