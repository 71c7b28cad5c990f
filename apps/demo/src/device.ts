import type { WireUser } from '@sap2/ssp-wire';
import { type ChallengeResponder, Handset, type LoginWishes, type Sap1 } from '../../sap1/src/index.js';
import { DemoFailure, expectCode, expectThat } from './demo-failure.js';
import type { Screen } from './screen.js';

/** A handset that the audience can watch, and the session that it has. */
export class Device implements ChallengeResponder {
  readonly #handset: Handset;
  #sessionID: string | undefined;
  #askedFor: string | undefined;

  constructor(
    readonly name: string,
    userID: string,
    password: string,
    private readonly screen: Screen,
  ) {
    this.#handset = new Handset(userID, `${name}@handset`, password);
  }

  get user(): WireUser {
    return this.#handset.user;
  }

  get digestSchemas(): readonly string[] {
    return this.#handset.digestSchemas;
  }

  /** Digest schema of the latest challenge. */
  get askedFor(): string | undefined {
    return this.#askedFor;
  }

  get sessionID(): string {
    if (this.#sessionID === undefined) throw new DemoFailure(`${this.name} should be logged in by now.`);
    return this.#sessionID;
  }

  answer(nonce: string, digestSchema: string): string {
    this.#askedFor = digestSchema;
    const digest = this.#handset.answer(nonce, digestSchema);
    this.screen.line(`${this.name} ◄── SAP 1`, 'challenge', `nonce=${nonce.slice(0, 8)}…`);
    this.screen.line(
      `${this.name} ──► SAP 1`,
      'answer',
      `base64(${digestSchema}(nonce + password))=${digest.slice(0, 8)}…`,
    );
    return digest;
  }

  /** @throws DemoFailure unless SAP 2 lets it in */
  async logIn(sap1: Sap1, wishes: LoginWishes): Promise<number> {
    const answer = await sap1.loginChallenge(this, wishes);
    expectCode(answer, 200, 'the login');
    expectThat(answer.kind === 'UserLoginResponse', 'The login should be answered by a UserLoginResponse.');
    const { userSessionID, keepAliveTime } = answer;
    expectThat(userSessionID !== undefined, 'The login should give a session id.');
    expectThat(keepAliveTime !== undefined, 'The login should give a keep-alive time.');
    this.#sessionID = userSessionID;
    return keepAliveTime;
  }
}
