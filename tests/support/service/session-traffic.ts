import type { RawUser } from '../peers/raw-user.js';
import type { PersistentPeer } from './persistent-peer.js';

/** Keep-alives between a login and its logout. */
const KEEP_ALIVES = 2;

/** Users that log in, keep alive and log out, again and again, and users that only keep one session alive. */
export class SessionTraffic {
  /** Everything that no fault may cause. */
  readonly breaches: string[] = [];
  /** Sessions that the peer believes to be live. */
  readonly live = new Set<string>();
  readonly counts = { logins: 0, logouts: 0, keepAlives: 0 };
  private readonly over = new AbortController();
  private readonly work: Promise<void>[] = [];

  constructor(private readonly peer: PersistentPeer) {}

  begin(steady: readonly RawUser[], busy: readonly RawUser[]): void {
    for (const user of steady) this.work.push(this.keepOne(user));
    for (const user of busy) this.work.push(this.comeAndGo(user));
  }

  /** Every user finishes what it is doing. */
  async end(): Promise<void> {
    this.over.abort();
    await Promise.all(this.work);
  }

  private async logIn(user: RawUser): Promise<string> {
    const answer = await this.peer.ask(user.passwordRequest());
    if (answer.code !== 200) {
      this.breaches.push(`a login was answered ${answer.code}`);
      return '';
    }
    this.counts.logins += 1;
    this.live.add(answer.userSessionID);
    return answer.userSessionID;
  }

  /** V3: a session lives until its owner ends it. */
  private async keepAlive(user: RawUser, id: string): Promise<void> {
    const { code } = await this.peer.ask(user.keepAliveRequest(id));
    this.counts.keepAlives += 1;
    if (code !== 200) this.breaches.push(`V3: a keep-alive of a live session was answered ${code}`);
  }

  private async keepOne(user: RawUser): Promise<void> {
    const id = await this.logIn(user);
    while (!this.over.signal.aborted) await this.keepAlive(user, id);
  }

  private async comeAndGo(user: RawUser): Promise<void> {
    while (!this.over.signal.aborted) {
      const id = await this.logIn(user);
      for (let i = 0; i < KEEP_ALIVES; i++) await this.keepAlive(user, id);
      const left = await this.peer.ask(user.logoutRequest(id));
      this.live.delete(id);
      this.counts.logouts += 1;
      if (left.code !== 200) this.breaches.push(`a logout was answered ${left.code}`);
      const { code } = await this.peer.ask(user.keepAliveRequest(id));
      if (code !== 604) this.breaches.push(`V1: a keep-alive after the logout was answered ${code}`);
    }
  }
}
