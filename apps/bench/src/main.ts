import { readdirSync } from 'node:fs';

/**
 * `npm run bench` lists the benches, `npm run bench -- <name> [arguments]` runs one. A bench prints figures and asserts
 * nothing about time. Each is a script of its own, `<name>.bench.ts`, that reads its arguments from `process.argv`.
 */
const BENCHES: Readonly<Record<string, string>> = {
  admin: 'what administrators wait for, at two sizes of the store',
  idle: 'what a service asks and costs with nothing to do',
  'large-agreement': 'an agreement with many sessions disabled, and what another peer notices',
  strangers: 'strangers meddle with each set-up of a peer: who gets in, what breaks',
  sync: 'syncs that move all sessions to another epoch',
  decode: 'one message through each XML reader that the codec could have',
  delivery: 'disconnects to a peer that was away, and what another peer notices',
  disconnects: 'many disconnects to a peer that answers at once',
  expiry: 'many sessions due at one instant, and what another peer notices',
  handsets: 'many handsets on one gateway, and what a crash of it costs',
  import: 'an import of users with bad lines, and the same again',
  'mass-end': 'many sessions ended by one act: preview, abort, the whole',
  load: 'how much a service does in a second, beside baselines of the same run',
  'password-storm': 'keep-alives at a fixed rate, alone and beside logins with passwords',
  peers: 'what one peer notices of another that logs in as fast as it can',
  profile: 'where the service spends its time under load',
  rebuild: 'Redis emptied: the time until every session is back',
  size: 'each path that reads a session, at one size and at ten times as many',
  storm: 'all users of one operator log in at once while another works',
  tls: 'keep-alives by https beside the same by http',
};

const found = readdirSync(new URL('.', import.meta.url)).flatMap((file) => {
  const name = /^(.+)\.bench\.ts$/.exec(file)?.[1];
  return name === undefined ? [] : [name];
});

function list(): void {
  console.log('Benches: npm run bench -- <name> [arguments]\n');
  for (const name of found.toSorted()) console.log(`  ${name.padEnd(10)} ${BENCHES[name] ?? ''}`);
}

const [name] = process.argv.splice(2, 1);
if (name === undefined) list();
else if (found.includes(name)) await import(`./${name}.bench.js`);
else {
  console.error(`There is no bench called '${name}'.\n`);
  list();
  process.exitCode = 2;
}
