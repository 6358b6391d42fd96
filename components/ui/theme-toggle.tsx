'use client';

import { SunMoon } from 'lucide-react';

/**
 * The choice is kept in a cookie, which the server reads before it writes `<html data-theme>`: no flash and no script before paint.
 * It holds no secret and must be readable here, therefore it is not HttpOnly.
 */
export function ThemeToggle() {
  const toggle = () => {
    const root = document.documentElement;
    const next = getComputedStyle(root).colorScheme.includes('dark') ? 'light' : 'dark';
    root.dataset.theme = next;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is absent on plain http and in Firefox before 140.
    document.cookie = `theme=${next}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  };
  return (
    <button type="button" className="icon-button" aria-label="Switch between light and dark" onClick={toggle}>
      <SunMoon className="icon" aria-hidden />
    </button>
  );
}
