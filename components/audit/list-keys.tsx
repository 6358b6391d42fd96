'use client';

import { useEffect } from 'react';
import { filterInputId } from './filter-bar.tsx';

/** j and k walk over the rows, Enter opens the one in focus because it is a link, / goes to the filter. */
export function ListKeys() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (target.matches('input, textarea, select, [contenteditable]')) return;
      if (event.key === '/') {
        event.preventDefault();
        document.getElementById(filterInputId)?.focus();
        return;
      }
      if (event.key !== 'j' && event.key !== 'k') return;
      const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
      const at = links.findIndex(
        (link) => link === document.activeElement || link.closest('tr')?.contains(document.activeElement),
      );
      const next = at < 0 ? (event.key === 'j' ? 0 : links.length - 1) : at + (event.key === 'j' ? 1 : -1);
      const link = links[Math.max(0, Math.min(links.length - 1, next))];
      link?.focus();
      link?.scrollIntoView({ block: 'nearest' });
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  return null;
}
