import { Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

export function Note({
  warn = false,
  icon,
  children,
}: {
  readonly warn?: boolean;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}) {
  const Icon = icon ?? (warn ? TriangleAlert : Info);
  return (
    <div className={warn ? 'note warn' : 'note'}>
      <Icon className="icon" aria-hidden />
      <div>{children}</div>
    </div>
  );
}
