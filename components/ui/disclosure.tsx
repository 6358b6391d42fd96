import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

/** Opens without a script, so that what is folded can be read even where none runs. */
export function Disclosure({
  summary,
  open,
  children,
}: {
  readonly summary: ReactNode;
  readonly open?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <details className="fold" open={open}>
      <summary>
        <ChevronRight className="icon small chevron" aria-hidden />
        <span>{summary}</span>
      </summary>
      <div className="fold-body">{children}</div>
    </details>
  );
}
