import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { SkipLink } from '../components/ui/skip-link.tsx';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Patless', template: '%s · Patless' },
  description: 'Token-free Azure DevOps access for workloads on AKS.',
  icons: { icon: '/icon.svg' },
  robots: { index: false, follow: false },
};
export const viewport: Viewport = { colorScheme: 'light dark' };

/** The theme comes from its cookie, so that the first byte of HTML already has it; without one the system decides in CSS. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const chosen = (await cookies()).get('theme')?.value;
  const theme = chosen === 'light' || chosen === 'dark' ? chosen : undefined;
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      data-theme={theme}
      suppressHydrationWarning
    >
      <body>
        <SkipLink />
        {children}
      </body>
    </html>
  );
}
