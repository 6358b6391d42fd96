import type { Scenario } from '../core/scenario.ts';
import { mendAll } from './damage.ts';

export const mend: Scenario = {
  name: 'mend',
  title: 'Mend everything',
  about: 'Puts back what the other scenarios broke and nobody has repaired since.',
  apply: async (world) => {
    const said = await mendAll(world);
    return said.length > 0 ? said.join('. ') : 'Nothing was broken.';
  },
};
