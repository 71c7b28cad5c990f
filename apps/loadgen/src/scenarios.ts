import { RawSap1 } from '../../../tests/support/peers/raw-sap1.js';
import { RawUser } from '../../../tests/support/peers/raw-user.js';
import { hashes, renewals } from './baselines/parts.js';
import { sqlLogins } from './baselines/sql-logins.js';
import { Line, WrongAnswer } from './line.js';
import type { LoadPlan, Scenario, ScenarioName } from './plan.js';

type Operation = (line: Line, connection: number, turn: number) => Promise<void>;

/** Keep-alives for each login of the scenario `mixed`. */
const KEEP_ALIVES_PER_LOGIN = 20;
const SCHEMA = 'SHA-256';
/** As long as a keep-alive on the wire. */
const ECHO_BYTES = 620;

export async function scenarioOf(plan: LoadPlan): Promise<Scenario> {
  const { scenario } = plan;
  if (isPart(scenario)) return PARTS[scenario](plan);
  const lines = Array.from({ length: plan.connections }, () => new Line(plan.url));
  const operation = await operationOf(plan, scenario);
  return {
    run: (connection, turn) => operation(lines[connection] ?? new Line(plan.url), connection, turn),
    close: async () => {
      await Promise.all(lines.map((line) => line.close()));
    },
  };
}

/** The work of a part of the service, done by the generator itself. */
const PARTS = { lua: renewals, hash: hashes, sql: sqlLogins } as const;
type Part = keyof typeof PARTS;

const isPart = (scenario: ScenarioName): scenario is Part => scenario in PARTS;

async function operationOf(plan: LoadPlan, scenario: Exclude<ScenarioName, Part>): Promise<Operation> {
  if (scenario === 'echo') return echo;
  const sap1 = await new RawSap1(plan.url, plan.peer, new Unrecorded()).connect();
  sap1.close();
  return OVER_SSP[scenario](plan, sap1);
}

const OVER_SSP: Readonly<
  Record<Exclude<ScenarioName, 'echo' | Part>, (plan: LoadPlan, sap1: RawSap1) => Operation>
> = {
  'keep-alive': keepAlives,
  batch: batches,
  challenge: (plan, sap1) => logins(plan, sap1, challenge),
  'two-way': (plan, sap1) => logins(plan, sap1, twoWay),
  mixed,
};

const ECHO = 'x'.repeat(ECHO_BYTES);
const echo: Operation = async (line) => {
  const answer = await line.post(ECHO);
  if (answer.length !== ECHO.length) throw new WrongAnswer('another length');
};

function keepAlives(plan: LoadPlan, sap1: RawSap1): Operation {
  const { connections, sessions = [] } = plan;
  return async (line, connection, turn) => {
    const [id = '', account = ''] = sessions[(turn * connections + connection) % sessions.length] ?? [];
    const user = new RawUser(sap1, account, '');
    expect200(await line.post(one(sap1, user.keepAliveRequest(id))));
  };
}

function batches(plan: LoadPlan, sap1: RawSap1): Operation {
  const { connections, sessions = [], batch = 50 } = plan;
  return async (line, connection, turn) => {
    const first = (turn * connections + connection) * batch;
    const listed = Array.from({ length: batch }, (_, i) => {
      const [id = ''] = sessions[(first + i) % sessions.length] ?? [];
      return `<UserSession userSessionID="${id}"/>`;
    });
    const request = `<UserKeepAliveRequest>${sap1.metaInfo}${listed.join('')}</UserKeepAliveRequest>`;
    expect200(await line.post(one(sap1, request)));
  };
}

type LogIn = (line: Line, sap1: RawSap1, user: RawUser) => Promise<string>;

/** A login and the logout of its session. */
function logins(
  { connections, users = [], password = '' }: LoadPlan,
  sap1: RawSap1,
  logIn: LogIn,
): Operation {
  const share = Math.floor(users.length / connections);
  return async (line, connection, turn) => {
    const user = new RawUser(sap1, users[connection * share + (turn % share)] ?? '', password);
    const id = await logIn(line, sap1, user);
    expect200(await line.post(one(sap1, user.logoutRequest(id))));
  };
}

async function challenge(line: Line, sap1: RawSap1, user: RawUser): Promise<string> {
  const first = await line.post(one(sap1, user.loginRequest(`<DigestSchema>${SCHEMA}</DigestSchema>`)));
  const nonce = /<Nonce>([0-9a-f]+)</u.exec(first)?.[1];
  if (nonce === undefined) throw wrong(first);
  return sessionIn(await line.post(one(sap1, user.digestRequest(SCHEMA, nonce))));
}

const twoWay: LogIn = async (line, sap1, user) =>
  sessionIn(await line.post(one(sap1, user.passwordRequest())));

function mixed(plan: LoadPlan, sap1: RawSap1): Operation {
  const [keepAlive, login] = [keepAlives(plan, sap1), logins(plan, sap1, challenge)];
  return (line, connection, turn) =>
    turn % (KEEP_ALIVES_PER_LOGIN + 1) === KEEP_ALIVES_PER_LOGIN
      ? login(line, connection, Math.floor(turn / KEEP_ALIVES_PER_LOGIN))
      : keepAlive(line, connection, turn);
}

const one = (sap1: RawSap1, primitive: string): string =>
  sap1.message([[sap1.nextTransactionID(), primitive]]);

function expect200(answer: string): void {
  if (!answer.includes('code="200"')) throw wrong(answer);
}

function sessionIn(answer: string): string {
  const id = /userSessionID="([A-Za-z0-9]+)"/u.exec(answer)?.[1];
  if (id === undefined) throw wrong(answer);
  return id;
}

const wrong = (answer: string): WrongAnswer =>
  new WrongAnswer(`Status ${/code="(\d+)"/u.exec(answer)?.[1] ?? 'missing'}`);

/** Load is not written down. */
class Unrecorded extends Array<string> {
  override push(): number {
    return 0;
  }
}
