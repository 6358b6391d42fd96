import { expect, test } from 'vitest';
import {
  decodeDescriptor,
  groupDescriptor,
  groupSid,
  guidOf,
  identityDescriptor,
  memberDescriptor,
} from './identifiers.ts';

test('a member descriptor is the storage key with nibble 7, base64 without padding', () => {
  // Pair from a public recording of Azure DevOps.
  expect(memberDescriptor('servicePrincipal', '9fa14d8b-dca9-6731-81e4-5fa3777df2c0')).toBe(
    'aadsp.OWZhMTRkOGItZGNhOS03NzMxLTgxZTQtNWZhMzc3N2RmMmMw',
  );
  expect(memberDescriptor('user', '22157d54-1821-6536-a446-928b06348385')).toMatch(/^aad\.MjIxNTdkNTQ/);
});

test('a team hangs below its project id, project groups below the scope', () => {
  // Integers as recorded for a team of this project and for the well-known groups of this scope.
  const scope = {
    projectId: '22df70ed-8058-4f29-b1b7-6754051ef0ff',
    scopeDescriptor: 'scp.NGRjZDFjYmYtZGIxNi00NzhiLTg3YmYtNjg1ZmMwNzg4NjQx',
  };
  expect(groupSid('team', scope, 'Any team')).toMatch(
    /^S-1-9-1551374245-3983597346-1484794191-2981586772-85913855-1-\d+-\d+-\d+-\d+$/,
  );
  expect(groupSid('project-valid-users', scope, 'Project Valid Users')).toBe(
    'S-1-9-1551374245-3206335821-383486791-2277468255-3229124161-0-0-0-0-3',
  );
  expect(groupSid('project-administrators', scope, '')).toMatch(/-0-0-0-0-1$/);
  expect(groupSid('build-administrators', scope, '')).toMatch(/-0-0-0-1-2$/);
});

test('descriptors decode to what access control lists name', () => {
  const sid = 'S-1-9-1551374245-1-2-3-4-0-0-0-0-1';
  const descriptor = groupDescriptor(sid);
  expect(decodeDescriptor(descriptor)).toEqual({ prefix: 'vssgp', payload: sid });
  expect(identityDescriptor({ descriptor, role: 'readers' }, 't')).toBe(`Microsoft.TeamFoundation.Identity;${sid}`);
  expect(identityDescriptor({ kind: 'servicePrincipal', originId: 'o', principalName: 'p' }, 't')).toBe(
    'Microsoft.VisualStudio.Services.Claims.AadServicePrincipal;t\\o',
  );
  expect(identityDescriptor({ kind: 'user', originId: 'o', principalName: 'p@contoso.example' }, 't')).toBe(
    'Microsoft.IdentityModel.Claims.ClaimsIdentity;t\\p@contoso.example',
  );
});

test('derived ids are stable GUIDs of the version asked for', () => {
  expect(guidOf('a', 6)).toBe(guidOf('A', 6));
  expect(guidOf('a', 6)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-6[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
