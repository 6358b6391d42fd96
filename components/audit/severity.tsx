import type { Severity as SeverityName } from '../../lib/model/audit.ts';

export const severityWords: Readonly<Record<SeverityName, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

/** A shape for each, so that it reads without colour: filled diamond, filled triangle, open triangle, open circle, dot. */
export function Severity({ severity }: { readonly severity: SeverityName }) {
  return (
    <span className={`severity ${severity}`}>
      <svg viewBox="0 0 14 14" aria-hidden="true" fill="none">
        {severity === 'critical' && (
          <>
            <path d="M7 0l7 7-7 7-7-7z" fill="currentColor" />
            <path className="severity-mark" d="M7 3.6v4.2M7 9.9v.4" strokeWidth="1.6" strokeLinecap="round" />
          </>
        )}
        {severity === 'high' && <path d="M7 1l6.5 11.5H.5z" fill="currentColor" />}
        {severity === 'medium' && <path d="M7 1.8l5.6 10H1.4z" stroke="currentColor" strokeWidth="1.6" />}
        {severity === 'low' && <circle cx="7" cy="7" r="4.6" stroke="currentColor" strokeWidth="1.6" />}
        {severity === 'info' && <circle cx="7" cy="7" r="2.4" fill="currentColor" />}
      </svg>
      <span>{severityWords[severity]}</span>
    </span>
  );
}
