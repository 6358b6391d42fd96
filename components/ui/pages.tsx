import { ButtonLink } from './button.tsx';

/** Which part of a long list this is, and the way to the others. Nothing while there is one page. */
export function Pages({
  page,
  pages,
  href,
  label,
}: {
  readonly page: number;
  readonly pages: number;
  /** The address without its query. */
  readonly href: string;
  readonly label: string;
}) {
  if (pages < 2) return null;
  const to = (number: number) => (number === 1 ? href : `${href}?page=${number}`);
  return (
    <nav className="acts" aria-label={label}>
      {page > 1 && <ButtonLink href={to(page - 1)}>Previous</ButtonLink>}
      <span className="soft tabular">
        Page {page} of {pages}
      </span>
      {page < pages && <ButtonLink href={to(page + 1)}>Next</ButtonLink>}
    </nav>
  );
}
