import type { Clock, Randomness } from '@sap2/kernel';
import { type AskedUser, localPartOf, type Said } from './asked-directory.js';
import type { DirectoryCaller, SignCall } from './ports/directory-calls.port.js';
import type { HttpSettings, UserDirectoryEntry } from './ports/user-directory-book.port.js';

const ID_BYTES = 12;
const HTTP_OK = 200;
const MS_PER_S = 1000;

export interface HttpDirectoryNeeds {
  readonly caller: DirectoryCaller;
  readonly sign: SignCall;
  readonly clock: Clock;
  readonly randomness: Pick<Randomness, 'bytes'>;
}

/** Asks a service of the provider. Only the agreed answer is a verdict, and the page of a proxy is not one. */
export class HttpDirectory {
  constructor(private readonly on: HttpDirectoryNeeds) {}

  async check(settings: HttpSettings, secret: UserDirectoryEntry['secret'], user: AskedUser): Promise<Said> {
    const { account: userID, domain, password } = user;
    const body = Buffer.from(JSON.stringify({ userID, user: localPartOf(user), domain, password }));
    const webhookID = `login_${Buffer.from(this.on.randomness.bytes(ID_BYTES)).toString('hex')}`;
    const timestampS = Math.floor(this.on.clock.nowMs() / MS_PER_S);
    const headers = this.on.sign([secret() ?? ''], { webhookID, timestampS, body });
    const answer = await this.on.caller.post(settings.url, body, settings.deadlineMs, headers);
    if (answer.kind === 'failure') return { kind: 'failed', detail: answer.detail };
    if (answer.httpStatus !== HTTP_OK) return { kind: 'failed', detail: `HTTP ${answer.httpStatus}` };
    return VERDICTS.get(resultIn(answer.body)) ?? NO_VERDICT;
  }
}

const VERDICTS = new Map<unknown, Said>([
  ['right', { kind: 'right' }],
  ['wrong', { kind: 'wrong', why: 'wrong-password' }],
  ['unknown-user', { kind: 'wrong', why: 'unknown-user' }],
]);

const NO_VERDICT: Said = {
  kind: 'failed',
  detail: 'the answer is not JSON whose "result" is right, wrong or unknown-user',
};

function resultIn(body: Uint8Array): unknown {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined;
  } catch {
    return undefined;
  }
}
