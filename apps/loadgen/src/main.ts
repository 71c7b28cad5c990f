import { readFileSync } from 'node:fs';
import { drive } from './drive.js';
import type { LoadLine, LoadPlan } from './plan.js';
import { scenarioOf } from './scenarios.js';

/** `node … apps/loadgen/src/main.ts plan.json`: carries out one plan; prints lines of JSON (`LoadLine`). */
const print = (line: LoadLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const [file = ''] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(file, 'utf8')) as LoadPlan;
const result = await drive(plan, await scenarioOf(plan), () => print({ kind: 'measuring' }));
print({ kind: 'result', result });
