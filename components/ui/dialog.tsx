'use client';

import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

/** For what must be confirmed. `children` is the form or the buttons, which close by navigating or with `DialogClose`. */
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
  readonly children: ReactNode;
}) {
  return (
    <Base.Root>
      <Base.Trigger className={triggerLook ? `button ${triggerLook}` : 'button'}>{trigger}</Base.Trigger>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="dialog">
          <Base.Title className="section">{title}</Base.Title>
          <Base.Description className="prose mt-1">{description}</Base.Description>
          <div className="dialog-acts">
            <Base.Close className="button">Cancel</Base.Close>
            {children}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
