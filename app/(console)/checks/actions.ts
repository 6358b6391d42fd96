'use server';

import { z } from 'zod';
import { routes } from '../../../lib/routes.ts';
import { defineAction } from '../../../lib/server/action.ts';
import { verify } from '../../../lib/server/checker.ts';
import { ownConnection } from '../../../lib/server/owned.ts';

export const startCheck = defineAction({
  input: z.object({ connectionId: z.guid() }),
  role: 'Operator',
  audit: 'check.start',
  target: ({ connectionId }) => connectionId,
  authorise: ownConnection,
  run: ({ target, session, services }) => verify(target, { session, services }),
  revalidate: () => [routes.access()],
  next: (checkId, { connectionId: _ }) => routes.check(checkId),
});
