import { Client } from 'pg';
import type { OperationSpec } from '../../../apps/sap2/src/admin/http/operation.js';
import type { AdminAnswer, AdminClient } from './admin-client.js';
import { type ConformanceWorld, OPERATOR } from './conformance-world.js';
import { until } from './until.js';

/** A request to the interface for administrators. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const SECRET = 'a-secret-of-thirty-two-characters';

/** What a parameter of a path is called where there is no such thing, by the beginning of the path. */
const UNKNOWN: Readonly<Record<string, string>> = {
  users: 'wv:nobody@provider.example',
  sessions: '00AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  domains: 'nobody.example',
  jobs: '999999',
  deliveries: '999999',
  agreements: 'wv:@nobody.example',
  subscriptions: '999999',
  administrators: 'nobody',
  audit: '999999',
};

const nounOf = (path: string): string => path.split('/')[1] ?? '';

/** One of each kind that administrators have to do with, made anew for each test. */
export class AdministeredThings {
  private count = 0;
  private beingEnded: Promise<string> | undefined;

  constructor(
    private readonly world: ConformanceWorld,
    private readonly root: AdminClient,
  ) {}

  ask(client: AdminClient, { method, path, body, headers }: Call): Promise<AdminAnswer> {
    return client.ask(method, path, { body, ...(headers && { headers }) });
  }

  /** One that succeeds. */
  async call(spec: OperationSpec): Promise<Call> {
    if (!spec.path.includes(':')) return this.creation(spec);
    return this.with(spec, await this.make(nounOf(spec.path)));
  }

  callOfUnknown(spec: OperationSpec): Call {
    return this.with(spec, UNKNOWN[nounOf(spec.path)] ?? '');
  }

  /** Of an operation without a name in its path; each time of something new. */
  creation(spec: OperationSpec): Call {
    this.count += 1;
    return this.with(spec, '');
  }

  with(spec: OperationSpec, name: string): Call {
    const body = this.bodyOf(spec.name);
    return {
      method: spec.method,
      path: spec.path.replace(/:\w+/, encodeURIComponent(name)),
      ...(body !== undefined && { body }),
      ...(spec.streams !== undefined && { headers: { 'Content-Type': spec.streams } }),
    };
  }

  /** Its name. */
  async make(noun: string): Promise<string> {
    this.count += 1;
    switch (noun) {
      case 'users':
        return this.created('/users', 'createUser', 'userID');
      case 'domains':
        return this.created('/domains', 'createDomain', 'name');
      case 'agreements':
        return this.created('/agreements', 'createAgreement', 'serviceID');
      case 'subscriptions':
        return this.created('/subscriptions', 'createSubscription', 'id');
      case 'administrators':
        return this.created('/administrators', 'createAdministrator', 'name');
      case 'sessions':
        return this.world.newUser().session();
      case 'deliveries':
        return this.delivery();
      case 'jobs':
        return this.job();
      default:
        return '1';
    }
  }

  /** A pending disconnect of an operator that is away. */
  async delivery(): Promise<string> {
    await this.root.ask('POST', `/agreements/${encodeURIComponent(OPERATOR.serviceID)}/pause`);
    const id = await this.world.newUser().session();
    await this.world.end(id);
    const { json } = await this.root.ask('GET', '/deliveries?state=pending&limit=1');
    return (json as { items: { id: string }[] }).items[0]?.id ?? '';
  }

  /** A settled disconnect: its user logged out, so no peer gets it. */
  async settledDelivery(): Promise<string> {
    const user = this.world.newUser();
    await user.logOut(await user.session());
    const { json } = await this.root.ask('GET', '/deliveries?state=none-owed&limit=1');
    return (json as { items: { id: string }[] }).items[0]?.id ?? '';
  }

  /** A creation under a key, of what has been deleted since. */
  async creationOfDeleted(spec: OperationSpec): Promise<Call> {
    const call = { ...this.creation(spec), headers: { 'Idempotency-Key': `gone-${this.count}` } };
    const { json } = await this.ask(this.root, call);
    const { serviceID, id } = json as { readonly serviceID?: string; readonly id?: string };
    await this.root.ask('DELETE', `${spec.path}/${encodeURIComponent(serviceID ?? id ?? '')}`);
    return call;
  }

  /** A subscription, and a position that it has not reached. */
  async subscriptionBehind(): Promise<{ readonly id: string; readonly ahead: string }> {
    const id = await this.make('subscriptions');
    await this.root.ask('POST', `/subscriptions/${id}/disable`);
    await this.make('users');
    const later = await this.make('subscriptions');
    const { json } = await this.root.ask('GET', `/subscriptions/${later}`);
    return { id, ahead: (json as { position: string }).position };
  }

  /** As many subscriptions as there may be. */
  async allSubscriptions(): Promise<void> {
    for (;;) {
      this.count += 1;
      const body = this.bodyOf('createSubscription');
      const { status } = await this.root.ask('POST', '/subscriptions', { body });
      if (status === 409) return;
    }
  }

  /** Its sessions are still being ended by a job. */
  agreementBeingEnded(): Promise<string> {
    this.beingEnded ??= this.endForLong();
    return this.beingEnded;
  }

  private async endForLong(): Promise<string> {
    const serviceID = await this.created('/agreements', 'createAgreement', 'serviceID');
    const client = new Client({ connectionString: this.world.service.databaseUrl });
    await client.connect();
    try {
      await client.query(
        `INSERT INTO job (filter, created_by, total, peer, keeps, due_at)
         VALUES ('{}', 'tester', 1, $1, '{}', now() + interval '1 day')`,
        [serviceID],
      );
    } finally {
      await client.end();
    }
    return serviceID;
  }

  /** One that takes longer than the test. */
  async job(): Promise<string> {
    const user = this.world.newUser();
    for (const device of ['a', 'b', 'c']) await user.on(device).session();
    return this.jobOf({ filter: { user: user.userID }, ratePerSecond: 1 });
  }

  /** One that is over. */
  async doneJob(): Promise<string> {
    const user = this.world.newUser();
    await user.session();
    const id = await this.jobOf({ filter: { user: user.userID } });
    await until('the job is done', async () => {
      const { json } = await this.root.ask('GET', `/jobs/${id}`);
      return (json as { state: string }).state === 'done';
    });
    return id;
  }

  /** May do everything but what this scope is for. */
  async clientWithout(scope: string): Promise<AdminClient> {
    const scopes = ['read', 'users', 'sessions', 'agreements'].filter((one) => one !== scope);
    const body = { name: `without-${++this.count}`, scopes };
    const { json } = await this.root.ask('POST', '/administrators', { body });
    return this.root.as((json as { token: string }).token);
  }

  private async jobOf(body: object): Promise<string> {
    const { json } = await this.root.ask('POST', '/sessions/end', { body });
    return (json as { job: { id: string } }).job.id;
  }

  private async created(path: string, operation: string, name: string): Promise<string> {
    const { status, json } = await this.root.ask('POST', path, { body: this.bodyOf(operation) });
    if (status !== 201) throw new Error(`${operation}: ${status} ${JSON.stringify(json)}`);
    return (json as Readonly<Record<string, string>>)[name] ?? '';
  }

  private bodyOf(operation: string): unknown {
    const fresh = `thing-${this.count}`;
    const bodies: Readonly<Record<string, unknown>> = {
      createUser: { userID: `wv:${fresh}@provider.example`, password: 'wonderland' },
      changeUser: { challengeLogin: false },
      setPassword: { password: 'looking-glass' },
      suspendUser: { reason: 'lost the phone' },
      endUserSessions: {},
      verifyStores: {},
      importUsers: `{"userID":"wv:${fresh}@provider.example","password":"wonderland"}\n`,
      createDomain: { name: `${fresh}.example` },
      changeDomain: { services: null },
      endSessions: { filter: { peer: OPERATOR.serviceID, user: `wv:${fresh}@provider.example` } },
      createAgreement: {
        serviceID: `wv:@${fresh}.example`,
        sharedSecret: SECRET,
        domains: ['provider.example'],
        callbackUrl: 'http://127.0.0.1:9/push',
      },
      createSubscription: { name: fresh, url: 'http://127.0.0.1:9/hook', types: ['user.locked'] },
      changeSubscription: { batch: 2 },
      replaceSubscriptionSecret: { overlapS: 60 },
      replaySubscription: { undelivered: true },
      changeAgreement: { allowPasswordOverHttp: true },
      replaceAgreementSecret: { secret: `${SECRET}-2`, direction: 'inbound', overlapS: 60 },
      createAdministrator: { name: fresh, scopes: ['read'] },
      changeAdministrator: { scopes: ['users'] },
    };
    return bodies[operation];
  }
}
