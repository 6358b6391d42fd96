import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScanResult, scanEstate } from '../../lib/audit/scan.ts';
import type { AuditRow, ScanEvent } from '../../lib/model/audit.ts';
import { contosoTenantId, users } from '../emulator/world/directory.ts';
import { type Outside, startOutside } from './outside.ts';

let outside: Outside;
beforeAll(async () => {
  outside = await startOutside({ seed: 'demo' });
});
afterAll(() => outside?.emulator.stop());

async function scan(person: 'operator' | 'auditor', more: Partial<Parameters<typeof scanEstate>[0]> = {}) {
  const events: ScanEvent[] = [];
  const saved: AuditRow[][] = [];
  const result = await scanEstate({
    ports: outside.portsOf(users[person]),
    tenantId: contosoTenantId,
    earlier: [],
    emit: (event) => events.push(event),
    save: async (rows) => {
      saved.push([...rows]);
    },
    signal: AbortSignal.timeout(120_000),
    ...more,
  });
  return { ...result, events, saved };
}
const kindsOf = ({ rows }: ScanResult) =>
  Object.fromEntries(
    rows.map(({ identity, name, findings }) => [
      `${identity.name}/${name}`,
      findings
        .map(({ kind }) => kind)
        .toSorted()
        .join(' '),
    ]),
  );

describe('the demo world', () => {
  test('as the operator', async () => {
    const found = await scan('operator');
    console.log(JSON.stringify(kindsOf(found), null, 1), JSON.stringify(found.scope, null, 1).slice(0, 6000));
    expect(found.rows.length).toBeGreaterThan(0);
  });
  test('as the auditor', async () => {
    const found = await scan('auditor');
    console.log(
      JSON.stringify(kindsOf(found), null, 1),
      JSON.stringify(found.scope.notVisible, null, 1).slice(0, 3000),
    );
    console.log(
      JSON.stringify(
        found.rows.find(({ identity }) => identity.name === 'id-handbook'),
        null,
        1,
      ),
    );
  });
});
