import type { Fault } from '../fault.js';

export const firstStart: Fault = {
  id: 'F14',
  what: 'two processes start at once on an empty database',
  inCi: true,
  world: { processes: 2 },
  inject: async (world) => {
    const [run] = await world.view((view) =>
      view.rows<{ total: string; different: string }>(
        'SELECT count(*) AS total, count(DISTINCT name) AS different FROM migrations',
      ),
    );
    world.expect(Number(run?.total) > 0 && run?.total === run?.different, 'a migration has run twice');
  },
};
