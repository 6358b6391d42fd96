'use client';

import { Search, X } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, type KeyboardEvent, useTransition } from 'react';
import { Kbd } from '../ui/kbd.tsx';
import type { TermView } from './props.ts';

export const filterInputId = 'credential-filter';

/** Typed qualifiers as chips and a field for more. Posts by GET without a script; what is invalid stays and filters nothing. */
export function FilterBar({
  q,
  terms,
  hidden,
}: {
  readonly q: string;
  readonly terms: readonly TermView[];
  /** Other parameters of the address that a new filter keeps. */
  readonly hidden: Readonly<Record<string, string>>;
}) {
  const router = useRouter();
  const [pending, start] = useTransition();
  const invalid = terms.filter((term) => term.invalid);
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const added = String(new FormData(form).get('add') ?? '').trim();
    if (added === '') return;
    const query = new URLSearchParams({ ...hidden, q: [q, added].filter(Boolean).join(' ') });
    start(() => router.push(`/credentials?${query}`, { scroll: false }));
    form.reset();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = terms.at(-1);
    if (event.key !== 'Backspace' || event.currentTarget.value !== '' || !last) return;
    start(() => router.push(last.dropHref, { scroll: false }));
  };
  return (
    <search className="filter">
      <form className="query-bar" action="/credentials" onSubmit={onSubmit} aria-busy={pending}>
        {Object.entries({ ...hidden, q }).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <Search className="icon small" aria-hidden />
        {terms.map(({ text, qualifier, value, dropHref, invalid: wrong }) => (
          <span key={text} className={wrong ? 'qualifier wrong' : 'qualifier'}>
            <span>
              {qualifier && <b>{qualifier}:</b>}
              {value}
            </span>
            <Link className="copy" href={dropHref} prefetch={false} scroll={false} aria-label={`Remove filter ${text}`}>
              <X className="icon small" aria-hidden />
            </Link>
          </span>
        ))}
        <input
          id={filterInputId}
          name="add"
          aria-label="Add a filter or search"
          aria-describedby={invalid.length > 0 ? 'filter-invalid' : undefined}
          placeholder={terms.length > 0 ? 'Add a filter' : 'Add a filter, such as issuer:foreign'}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={300}
          onKeyDown={onKeyDown}
        />
        <Kbd>/</Kbd>
      </form>
      {invalid.length > 0 && (
        <p className="filter-invalid" id="filter-invalid" role="status">
          {invalid.map(({ text, invalid: wrong }) => (
            <span key={text}>
              {wrong?.why}.{' '}
              {wrong?.nearest && (
                <>
                  Did you mean{' '}
                  <Link className="act" href={wrong.nearest.href} prefetch={false} scroll={false}>
                    {wrong.nearest.text}
                  </Link>
                  ?{' '}
                </>
              )}
              It filters nothing.
            </span>
          ))}
        </p>
      )}
    </search>
  );
}
