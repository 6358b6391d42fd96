import Link from 'next/link';
import { Status } from '../ui/status.tsx';
import type { FacetView } from './props.ts';
import { Severity } from './severity.tsx';

export function Facets({ facets }: { readonly facets: readonly FacetView[] }) {
  return (
    <nav className="facets" aria-label="Severity">
      {facets.map(({ label, count, href, current, severity, works }) => (
        <Link key={label} href={href} prefetch={false} scroll={false} aria-current={current || undefined}>
          {severity ? (
            <Severity severity={severity} />
          ) : works ? (
            <Status status="works" word={label} />
          ) : (
            <span>{label}</span>
          )}
          <b>{count}</b>
        </Link>
      ))}
    </nav>
  );
}
