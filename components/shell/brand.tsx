/** Two links of a chain, the second one closing around the first. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg className={className} viewBox="0 0 26 14" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2">
      <rect x="1" y="2" width="14" height="10" rx="5" />
      <path className="brand-far" d="M15.5 2H20a5 5 0 0 1 0 10h-4a5 5 0 0 1-5-5" />
    </svg>
  );
}
