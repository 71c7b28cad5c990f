/** `FOLDER`: claims it, starts both stores in it, prints one line of JSON, and stays until it is killed. */
import { claimDataDir, startEmbeddedPostgres, startEmbeddedRedis } from '@sap2/embedded-stores';

const { dataDir } = await claimDataDir(process.argv[2] ?? '');
const say = (line: string) => process.stderr.write(`${line}\n`);
const postgres = await startEmbeddedPostgres({ dataDir, say, durable: false });
const redis = await startEmbeddedRedis({ dataDir, say });
const address = ({ url, pid }: { url: string; pid: number }) => ({ url, pid });
process.stdout.write(`${JSON.stringify({ postgres: address(postgres), redis: address(redis) })}\n`);
process.stdin.resume();
