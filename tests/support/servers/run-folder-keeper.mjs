/** `node run-folder-keeper.mjs FOLDER`: waits for the end of its input, then ends every process that works in the folder, and removes it. */
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const folder = process.argv[2];
const POLL_MS = 20;
const POLLS_UNTIL_KILL = 250;

process.stdin.resume();
await new Promise((resolve) => process.stdin.once('close', resolve));
for (let poll = 0; ; poll += 1) {
  const left = readdirSync('/proc').filter(worksHere);
  if (left.length === 0) break;
  if (poll === 0) left.forEach(endQuickly);
  if (poll === POLLS_UNTIL_KILL) left.forEach((pid) => send(pid, 'SIGKILL'));
  await pause(POLL_MS);
}
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

/** By the command line or the working directory: of a process of another user only the first may be ours to see. */
function worksHere(pid) {
  if (!/^\d+$/u.test(pid) || Number(pid) === process.pid) return false;
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/`)) return true;
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${folder}/`);
  } catch {
    return false; // it ended meanwhile, or is none of ours
  }
}

/** Nobody wants the data any more. PostgreSQL gives its shared memory back when it is asked, and would not after SIGKILL. */
function endQuickly(pid) {
  const isPostgres = readCommand(pid).includes('postgres');
  send(pid, isPostgres ? 'SIGQUIT' : 'SIGKILL');
  send(pid, 'SIGCONT'); // a test may have left it frozen
}

function readCommand(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

function send(pid, signal) {
  try {
    process.kill(Number(pid), signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
