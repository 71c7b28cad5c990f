/** `node run-folder-keeper.mjs FOLDER`: waits for the end of its input, then ends every server in the folder and removes it. */
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const folder = process.argv[2];
const POLL_MS = 20;
const POLLS_UNTIL_KILL = 250;

for await (const _ of process.stdin);
const notes = readdirSync(folder, { recursive: true }).filter((path) =>
  ['postmaster.pid', 'redis.pid'].includes(basename(path)),
);
await Promise.all(notes.map((path) => endServer(join(folder, path))));
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

async function endServer(note) {
  const pid = Number.parseInt(readFileSync(note, 'utf8'), 10);
  if (!isServerOf(pid, dirname(note))) return;
  // The data is not wanted any more; PostgreSQL's quick end gives its shared memory back, which SIGKILL would not.
  send(pid, basename(note) === 'postmaster.pid' ? 'SIGQUIT' : 'SIGKILL');
  send(pid, 'SIGCONT'); // a test may have left it frozen
  for (let poll = 0; isServerOf(pid, dirname(note)); poll += 1) {
    if (poll === POLLS_UNTIL_KILL) send(pid, 'SIGKILL');
    await pause(POLL_MS);
  }
}

/** Both servers have their folder as working directory; PostgreSQL's is also on its command line, when the other is not ours to see. */
function isServerOf(pid, dir) {
  const proc = `/proc/${pid}`;
  if (!existsSync(proc)) return false;
  try {
    if (readFileSync(`${proc}/cmdline`, 'utf8').includes(dir)) return true;
    return readlinkSync(`${proc}/cwd`) === dir;
  } catch {
    return false; // it ended meanwhile, or belongs to somebody else
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
