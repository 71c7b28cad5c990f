import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * `npm run test:readers -- --documents 1000000 --seed 7`: our own XML reader against the XML library, on so many documents in
 * odd spellings and so many damaged ones. Then the codec of CSP, on so many damaged messages of each encoding. The seed is
 * printed, and gives the same documents again.
 */
const { values } = parseArgs({
  options: { documents: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
});
for (const [name, text] of Object.entries(values)) {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} is a number`);
}
const { status } = spawnSync('npm', ['test', '--', 'readers-agree', 'damaged-messages'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    TEST_DOCUMENTS: values.documents,
    ...(values.seed !== undefined && { TEST_SEED: values.seed }),
  },
});
process.exitCode = status ?? 1;
