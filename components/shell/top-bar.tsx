import { ChevronDown, LogOut } from 'lucide-react';
import Link from 'next/link';
import { routes } from '../../lib/routes.ts';
import type { TopBarProps } from '../props.ts';
import { ThemeToggle } from '../ui/theme-toggle.tsx';
import { Mark } from './brand.tsx';

const places = [
  { id: 'access', label: 'Access', href: routes.access() },
  { id: 'connections', label: 'Connections', href: routes.connections() },
  { id: 'credentials', label: 'Credentials', href: routes.credentials() },
  { id: 'runs', label: 'Runs', href: routes.runs() },
] as const;

export function TopBar({ current, user }: TopBarProps) {
  return (
    <header className="top-bar">
      <div className="top-bar-in">
        <Link className="brand" href={routes.access()} prefetch={false}>
          <Mark />
          Patless
        </Link>
        {user && (
          <nav className="places" aria-label="Main">
            {places.map(({ id, label, href }) => (
              <Link key={id} href={href} prefetch={false} aria-current={id === current ? 'page' : undefined}>
                {label}
              </Link>
            ))}
          </nav>
        )}
        <div className="top-bar-end">
          {user && (
            <>
              <button
                type="button"
                className="user-button"
                popoverTarget="user-menu"
                aria-label={`Account ${user.name}`}
              >
                <span className="user-name">{user.name}</span>
                <ChevronDown className="icon small" aria-hidden />
              </button>
              <div className="menu" id="user-menu" popover="auto">
                <p>
                  <b>{user.name}</b>
                  <br />
                  <span className="faint">{user.roles.join(', ') || 'No role'}</span>
                </p>
                <form method="post" action={routes.signOut()}>
                  <button type="submit">
                    <LogOut className="icon small" aria-hidden />
                    Sign out
                  </button>
                </form>
              </div>
            </>
          )}
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}
