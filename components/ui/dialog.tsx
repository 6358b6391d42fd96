'use client';

import { type ReactNode, useId, useRef } from 'react';
import { Button } from './button.tsx';

/** For what must be confirmed. The browser's own modal dialog: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog({
  trigger,
  triggerLook,
  title,
  description,
  children,
}: {
  readonly trigger: string;
  readonly triggerLook?: 'primary' | 'quiet';
  readonly title: string;
  readonly description: string;
  /** The form or the buttons that confirm. */
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  return (
    <>
      <Button look={triggerLook} aria-haspopup="dialog" onClick={() => dialog.current?.showModal()}>
        {trigger}
      </Button>
      <dialog ref={dialog} className="dialog" aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`}>
        <h2 className="section" id={`${id}-title`}>
          {title}
        </h2>
        <p className="prose mt-1" id={`${id}-text`}>
          {description}
        </p>
        <div className="dialog-acts">
          <form method="dialog">
            <Button type="submit">Cancel</Button>
          </form>
          {children}
        </div>
      </dialog>
    </>
  );
}
