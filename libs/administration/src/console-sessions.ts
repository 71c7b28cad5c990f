import type { Randomness } from '@sap2/kernel';
import type { AdministratorBook, AdministratorEntry } from './administrators.js';

export type Administrator = Pick<AdministratorEntry, 'name' | 'scopes'>;

/** Which credential a session of the console stands for. A session ends by itself after its times. */
export interface ConsoleSessionBook {
  open(id: string, credential: string, times: ConsoleTimes): Promise<void>;
  /** @param isUse the person did something: the idle time begins again. Undefined: there is no such session. */
  credentialOf(id: string, isUse: boolean): Promise<string | undefined>;
  end(id: string): Promise<void>;
}

export interface ConsoleTimes {
  /** Without an act of the person. */
  readonly idleMs: number;
  /** From the login on, whatever happens. */
  readonly lifeMs: number;
}

const ID_BYTES = 32;

/**
 * Logins to the console. A session names only a credential, and each request asks who has it now. So a token that is
 * replaced, expired or deleted ends its sessions at once, and other scopes hold at once.
 */
export class ConsoleSessions {
  constructor(
    private readonly book: ConsoleSessionBook,
    private readonly administrators: Pick<AdministratorBook, 'credentialOf' | 'byCredential'>,
    private readonly randomness: Randomness,
    readonly times: ConsoleTimes,
  ) {}

  /** Undefined: no administrator has this token. */
  async signIn(
    token: string,
  ): Promise<{ readonly id: string; readonly administrator: Administrator } | undefined> {
    const credential = await this.administrators.credentialOf(token);
    const administrator = credential && (await this.administrators.byCredential(credential));
    if (!credential || !administrator) return undefined;
    const id = Array.from(this.randomness.bytes(ID_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(
      '',
    );
    await this.book.open(id, credential, this.times);
    return { id, administrator };
  }

  /** Undefined: the session is over, or its token is not valid any more. */
  async administratorOf(id: string, isUse: boolean): Promise<Administrator | undefined> {
    const credential = await this.book.credentialOf(id, isUse);
    return credential === undefined ? undefined : this.administrators.byCredential(credential);
  }

  signOut(id: string): Promise<void> {
    return this.book.end(id);
  }
}
