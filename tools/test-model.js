import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * `npm run test:model -- --steps 100000 --seed 7`: random operations over HTTP against a model of what must come of them. The seed is
 * printed, and gives the same dice again; how far short sessions have run out by then is up to the clock.
 */
const { values } = parseArgs({
  options: { steps: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
for (const [name, text] of Object.entries(values)) {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} is a number`);
}
const { status } = spawnSync('npm', ['test', '--', '--forceExit', 'random-operations'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    TEST_OPERATIONS: values.steps,
    ...(values.seed !== undefined && { TEST_SEED: values.seed }),
  },
});
process.exitCode = status ?? 1;
