import type { RequestPrimitive, UserLoginResponse, WireUser } from '@sap2/ssp-wire';
import {
  clientAt,
  Handset,
  type LoginWishes,
  metaInfo,
  userKeepAliveRequest,
  userLoginRequest,
  userLogoutRequest,
  userServiceRequest,
} from '../../../sap1/src/index.js';
import type { Recorder } from '../history/recorder.js';
import type { Administrator } from '../world/administrator.js';
import type { Dice } from '../world/dice.js';
import type { SimulatedSap1 } from './simulated-sap1.js';

const CLIENTS = ['phone', 'tablet', 'desk', 'watch', 'car'];
const SHORT_S = 1;
const LONG_S = 3600;
/** Dead sessions that are tried once more. */
const REMEMBERED = 20;

interface Held {
  readonly id: string;
  readonly user: WireUser;
}

export interface UserHabits {
  readonly sap1: SimulatedSap1;
  /** A peer that tries its luck with sessions that are not its own. */
  readonly rival: SimulatedSap1;
  readonly administrator: Administrator;
  readonly recorder: Recorder;
  /** Percent of requests that are said twice at once, to two processes. */
  readonly saidTwice: number;
}

type Step = (user: SimulatedUser, dice: Dice) => Promise<void>;

/** An end user whose handsets do whatever comes to their mind. Several may run at once for the same user. */
export class SimulatedUser {
  private readonly held: Held[] = [];
  private readonly dead: Held[] = [];

  constructor(
    private readonly habits: UserHabits,
    private readonly userID: string,
    private readonly password: string,
  ) {}

  step(dice: Dice): Promise<void> {
    return (dice.pick(STEPS) ?? logIn)(this, dice);
  }

  /** @returns the new session's id */
  async logIn(dice: Dice, client: string, wishes: LoginWishes): Promise<void> {
    const { sap1, recorder } = this.habits;
    const handset = new Handset(this.userID, client, this.password);
    const meta = metaInfo(sap1.serviceID, handset.user);
    let request = userLoginRequest(meta, { scheme: 'password', password: this.password }, wishes);
    if (dice.chance(50)) {
      const { digestSchemas } = handset;
      const phase1 = await sap1.ask(userLoginRequest(meta, { scheme: 'challenge', digestSchemas }, wishes));
      if (phase1?.kind !== 'UserLoginResponse' || phase1.nonce === undefined) return;
      const { nonce, digestSchema = 'SHA-256' } = phase1;
      const digestBytes = handset.answer(nonce, digestSchema);
      recorder.secrets.add(nonce).add(digestBytes);
      request = userLoginRequest(meta, { scheme: 'digest', nonce, digestSchema, digestBytes }, wishes);
    }
    const answer = await this.say(request, dice);
    if (answer?.kind === 'UserLoginResponse') this.loggedIn(answer, handset.user);
  }

  async use(
    dice: Dice,
    from: readonly Held[],
    how: (held: Held, by: SimulatedSap1) => RequestPrimitive,
    by = this.habits.sap1,
  ): Promise<void> {
    const held = dice.pick(from);
    if (held === undefined) return;
    const request = how(held, by);
    const answer = await this.say(request, dice, by);
    const code = answer?.status.code ?? 0;
    const isOver = [600, 601, 604].includes(code) || (code === 200 && request.kind === 'UserLogoutRequest');
    if (isOver && by === this.habits.sap1) this.forget(held);
  }

  get sessions(): readonly Held[] {
    return this.held;
  }

  get endedSessions(): readonly Held[] {
    return this.dead;
  }

  get rival(): SimulatedSap1 {
    return this.habits.rival;
  }

  async haveEnded(dice: Dice): Promise<void> {
    const held = dice.pick(this.held);
    if (held === undefined) return;
    this.forget(held);
    await this.habits.administrator.end(held.id);
  }

  /** Once, twice at once, or a second time with something else in it (ssp-binding §6). */
  private async say(
    request: RequestPrimitive,
    dice: Dice,
    by = this.habits.sap1,
  ): ReturnType<SimulatedSap1['ask']> {
    const transactionID = by.nextTransactionID();
    if (dice.chance(this.habits.saidTwice)) {
      const [answer] = await Promise.all([
        by.ask(request, { transactionID }),
        by.ask(request, { transactionID }),
      ]);
      return answer;
    }
    const answer = await by.ask(request, { transactionID });
    if (
      answer !== undefined &&
      answer.status.code !== 503 &&
      request.kind === 'UserLoginRequest' &&
      dice.chance(5)
    ) {
      await by.ask({ ...request, timeToLive: 7777 }, { transactionID });
    }
    return answer;
  }

  private loggedIn({ userSessionID, status }: UserLoginResponse, user: WireUser): void {
    if (status.code !== 200 || userSessionID === undefined) return;
    if (this.held.some(({ id }) => id === userSessionID)) return;
    this.held.push({ id: userSessionID, user });
    this.habits.sap1.held.add(userSessionID);
  }

  private forget(held: Held): void {
    const index = this.held.indexOf(held);
    if (index >= 0) this.held.splice(index, 1);
    this.dead.push(held);
    if (this.dead.length > REMEMBERED) this.dead.shift();
  }
}

const keepAlive = ({ id, user }: Held, by: SimulatedSap1): RequestPrimitive =>
  userKeepAliveRequest(metaInfo(by.serviceID, user), {
    type: 'single',
    userSessionID: id,
    timeToLive: undefined,
  });
const logOut = ({ id, user }: Held, by: SimulatedSap1): RequestPrimitive =>
  userLogoutRequest(metaInfo(by.serviceID, user), id);
const negotiate = ({ id, user }: Held, by: SimulatedSap1): RequestPrimitive =>
  userServiceRequest(
    metaInfo(by.serviceID, user),
    id,
    [{ name: 'WVCSPFeat', children: [{ name: 'IMFeat', children: [] }] }],
    false,
  );

const logIn: Step = (user, dice) =>
  user.logIn(dice, dice.pick(CLIENTS) ?? 'phone', { keepAliveTimeS: dice.chance(20) ? SHORT_S : LONG_S });
const resume: Step = async (user, dice) => {
  const held = dice.pick(user.sessions);
  if (held === undefined) return;
  await user.logIn(dice, held.user.clientID?.url ?? '', { resume: held.id, keepAliveTimeS: LONG_S });
};
const onOwn =
  (how: (held: Held, by: SimulatedSap1) => RequestPrimitive): Step =>
  (user, dice) =>
    user.use(dice, user.sessions, how);
const onDead =
  (how: (held: Held, by: SimulatedSap1) => RequestPrimitive): Step =>
  (user, dice) =>
    user.use(dice, user.endedSessions, how);
const byRival =
  (how: (held: Held, by: SimulatedSap1) => RequestPrimitive): Step =>
  async (user, dice) => {
    const { rival } = user;
    await user.use(dice, user.sessions, how, rival);
    // What an id gets that never existed.
    await user.use(
      dice,
      [
        {
          id: `0${dice.below(9)}neverWas${dice.below(1e9)}`,
          user: { userID: 'wv:nobody@provider.example', clientID: clientAt('x') },
        },
      ],
      how,
      rival,
    );
  };

const STEPS: readonly Step[] = [
  logIn,
  logIn,
  logIn,
  logIn,
  resume,
  onOwn(keepAlive),
  onOwn(keepAlive),
  onOwn(keepAlive),
  onOwn(negotiate),
  onOwn(logOut),
  onOwn(logOut),
  onDead(keepAlive),
  onDead(negotiate),
  byRival(keepAlive),
  byRival(logOut),
  (user, dice) => user.haveEnded(dice),
];
