import { type ComponentProps, type ReactNode, useId } from 'react';

/** One radio button or checkbox a row; the whole row is its label. `detail` stands outside the label and may hold links. */
export function Choice({
  kind,
  title,
  children,
  detail,
  ...rest
}: {
  readonly kind: 'radio' | 'checkbox';
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly detail?: ReactNode;
} & Omit<ComponentProps<'input'>, 'type' | 'id' | 'title' | 'children'>) {
  const id = useId();
  return (
    <li>
      <label className="choice" htmlFor={id} aria-disabled={rest.disabled || undefined}>
        <input {...rest} id={id} type={kind} aria-describedby={detail ? `${id}-detail` : undefined} />
        <span className="choice-body">
          <span className="choice-name">{title}</span>
          {children}
        </span>
      </label>
      {detail && (
        <div className="choice-detail" id={`${id}-detail`}>
          {detail}
        </div>
      )}
    </li>
  );
}
