import type { LucideIcon } from 'lucide-react';
import Link from 'next/link';
import { type ComponentProps, type ReactNode, useId } from 'react';

interface Look {
  /** One primary button a view. */
  readonly look?: 'primary' | 'quiet';
  readonly size?: 'large';
  readonly icon?: LucideIcon;
}

function classes({ look, size }: Look, more?: string): string {
  return ['button', look, size, more].filter(Boolean).join(' ');
}
function inside(icon: LucideIcon | undefined, children: ReactNode): ReactNode {
  const Icon = icon;
  return (
    <>
      {Icon && <Icon className="icon small" aria-hidden />}
      {children}
    </>
  );
}

/** With a `reason` it is disabled and the reason stands beside it, because a dead button explains nothing. */
export function Button({
  look,
  size,
  icon,
  reason,
  className,
  children,
  ...rest
}: Look & { readonly reason?: string } & ComponentProps<'button'>) {
  const id = useId();
  const button = (
    <button
      type="button"
      {...rest}
      {...(reason ? { disabled: true, 'aria-describedby': id } : {})}
      className={classes({ look, size }, className)}
    >
      {inside(icon, children)}
    </button>
  );
  if (!reason) return button;
  return (
    <>
      {button}
      <span id={id} className="button-why">
        {reason}
      </span>
    </>
  );
}

/** `plain` for addresses that answer with a redirect or a file, which the router must not fetch ahead. */
export function ButtonLink({
  look,
  size,
  icon,
  href,
  plain,
  className,
  children,
  ...rest
}: Look & { readonly href: string; readonly plain?: boolean } & Omit<ComponentProps<'a'>, 'href'>) {
  if (plain)
    return (
      <a {...rest} href={href} className={classes({ look, size }, className)}>
        {inside(icon, children)}
      </a>
    );
  return (
    <Link {...rest} href={href} prefetch={false} className={classes({ look, size }, className)}>
      {inside(icon, children)}
    </Link>
  );
}
