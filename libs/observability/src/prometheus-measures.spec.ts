import { describe, expect, it } from '@jest/globals';
import { PrometheusMeasures, type Readings } from '@sap2/observability';

const ALPHA = 'wv:@alpha.example';
const BETA = 'wv:@beta.example';

const READINGS: Readings = {
  isGateOpen: true,
  inFlight: 3,
  stores: { postgresql: { isUp: true, probeMs: 2 }, redis: { isUp: false, probeMs: 3_000 } },
  liveSessions: 12,
  live: [],
  sweeperLagMs: 1_500,
  jobs: { running: 2, lagMs: 250 },
  outbox: [],
  webhooks: [],
  tlsListeners: [{ listener: 'ssp', expiresInMs: 86_400_000, areFilesRefused: true, failedHandshakes: 4 }],
  isInForce: () => true,
};

/** Lines of a scrape that begin with `name`. */
async function scrape(measures: PrometheusMeasures, name: string, changes: Partial<Readings> = {}) {
  const text = await measures.expose({ ...READINGS, ...changes });
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('requests', () => {
  it('are counted by peer, primitive and code', async () => {
    const measures = new PrometheusMeasures();
    measures.request(ALPHA, 'UserLoginRequest', 200, 1);
    measures.request(ALPHA, 'UserLoginRequest', 200, 1);
    measures.request(ALPHA, 'UserLoginRequest', 409, 1);
    measures.request(BETA, 'UserKeepAliveRequest', 201, 1);
    expect(await scrape(measures, 'sap2_ssp_requests_total')).toEqual([
      `sap2_ssp_requests_total{peer="${ALPHA}",primitive="UserLoginRequest",code="200"} 2`,
      `sap2_ssp_requests_total{peer="${ALPHA}",primitive="UserLoginRequest",code="409"} 1`,
      `sap2_ssp_requests_total{peer="${BETA}",primitive="UserKeepAliveRequest",code="201"} 1`,
    ]);
  });

  it('are timed by primitive, in seconds, each in every bucket that it fits into', async () => {
    const measures = new PrometheusMeasures();
    for (const durationMs of [1, 30, 60_000]) measures.request(ALPHA, 'UserLoginRequest', 200, durationMs);
    const name = 'sap2_ssp_request_duration_seconds';
    const lines = (await scrape(measures, name)).map((line) => line.slice(name.length));
    expect(lines).toHaveLength(15);
    expect(lines).toContain('_bucket{primitive="UserLoginRequest",le="0.001"} 1');
    expect(lines).toContain('_bucket{primitive="UserLoginRequest",le="0.025"} 1');
    expect(lines).toContain('_bucket{primitive="UserLoginRequest",le="0.05"} 2');
    expect(lines).toContain('_bucket{primitive="UserLoginRequest",le="5"} 2');
    expect(lines).toContain('_bucket{primitive="UserLoginRequest",le="+Inf"} 3');
    expect(lines).toContain('_sum{primitive="UserLoginRequest"} 60.031');
    expect(lines).toContain('_count{primitive="UserLoginRequest"} 3');
  });

  it('of a peer whose name has quotes in it do not break the text', async () => {
    const measures = new PrometheusMeasures();
    measures.request('a"b\\c\nd', 'UserLoginRequest', 200, 1);
    expect((await scrape(measures, 'sap2_ssp_requests_total'))[0]).toContain(String.raw`{peer="a\"b\\c\nd",`);
  });
});

describe('hashes and waiting logins', () => {
  it('are read for each scrape', async () => {
    const measures = new PrometheusMeasures();
    const hashes = { running: 1, waiting: 0 };
    const line = { waiting: 7 };
    measures.watchHashes(hashes);
    measures.watchLogins('password', line);
    hashes.waiting = 2;
    line.waiting = 8;
    expect(await scrape(measures, 'sap2_password_hashes')).toEqual([
      'sap2_password_hashes{state="running"} 1',
      'sap2_password_hashes{state="waiting"} 2',
    ]);
    expect(await scrape(measures, 'sap2_logins_waiting')).toEqual(['sap2_logins_waiting{kind="password"} 8']);
  });
});

describe('peers', () => {
  it('have no series left once their agreement ended', async () => {
    const measures = new PrometheusMeasures();
    for (const peer of [ALPHA, BETA]) {
      measures.request(peer, 'UserLoginRequest', 200, 1);
      measures.disconnects(peer, 'delivered', 2);
      measures.turnedAway(peer, 'overloaded');
      measures.refusal(503, 'overloaded', peer);
    }
    const outbox = [ALPHA, BETA].map((peer) => ({ peer, pending: 2, oldestAgeMs: 500 }));
    const lines = await scrape(measures, 'sap2_', { outbox, isInForce: (peer) => peer === BETA });
    expect(lines.filter((line) => line.includes(ALPHA))).toEqual([]);
    expect(lines.filter((line) => line.includes(BETA))).toHaveLength(6);
    measures.refusal(400, 'malformed', undefined);
    await scrape(measures, '', { isInForce: () => false });
    expect(await scrape(measures, 'sap2_ssp_http_refusals_total', { isInForce: () => false })).toEqual([
      'sap2_ssp_http_refusals_total{status="400",reason="malformed",peer="unknown"} 1',
    ]);
    expect(lines).toContain('sap2_outbox_pending 4');
  });
});

describe('what is counted elsewhere', () => {
  it('has a counter each', async () => {
    const measures = new PrometheusMeasures();
    measures.refusal(403, 'session-unknown', undefined);
    measures.refusal(429, 'in-flight', ALPHA);
    measures.connectionRefused('ssp', 'address');
    measures.setUp('wrong-digest');
    measures.disconnects(ALPHA, 'failed', 3);
    measures.disconnects(ALPHA, 'undelivered', 0);
    measures.turnedAway(ALPHA, 'in-flight');
    measures.credentialCheck('password');
    measures.sessionOpened();
    measures.login(ALPHA, 'wrong-credentials');
    measures.loopFailed('partitions');
    measures.sessionEnded('expired');
    const lines = await scrape(measures, 'sap2_');
    expect(lines).toEqual(
      expect.arrayContaining([
        'sap2_ssp_http_refusals_total{status="403",reason="session-unknown",peer="unknown"} 1',
        `sap2_ssp_http_refusals_total{status="429",reason="in-flight",peer="${ALPHA}"} 1`,
        'sap2_connections_refused_total{listener="ssp",bound="address"} 1',
        'sap2_ssp_setups_total{outcome="wrong-digest"} 1',
        `sap2_disconnects_total{peer="${ALPHA}",result="failed"} 3`,
        `sap2_ssp_turned_away_total{peer="${ALPHA}",cause="in-flight"} 1`,
        'sap2_credential_checks_total{check="password"} 1',
        'sap2_sessions_opened_total 1',
        `sap2_logins_total{peer="${ALPHA}",outcome="wrong-credentials"} 1`,
        'sap2_loop_failures_total{loop="partitions"} 1',
        'sap2_sessions_ended_total{cause="expired"} 1',
      ]),
    );
    expect(lines.join()).not.toContain('undelivered');
  });
});

describe('what is read for a scrape', () => {
  it('is shown in base units', async () => {
    const measures = new PrometheusMeasures();
    const outbox = [
      { peer: ALPHA, pending: 7, oldestAgeMs: 61_000 },
      { peer: BETA, pending: 1, oldestAgeMs: 500 },
    ];
    expect(await scrape(measures, 'sap2_', { outbox })).toEqual(
      expect.arrayContaining([
        'sap2_gate_open 1',
        'sap2_ssp_messages_in_flight 3',
        'sap2_store_up{store="postgresql"} 1',
        'sap2_store_up{store="redis"} 0',
        'sap2_store_probe_duration_seconds{store="postgresql"} 0.002',
        'sap2_live_sessions 12',
        'sap2_sweeper_lag_seconds 1.5',
        'sap2_jobs_running 2',
        'sap2_jobs_lag_seconds 0.25',
        'sap2_tls_certificate_expires_in_seconds{listener="ssp"} 86400',
        'sap2_tls_files_refused{listener="ssp"} 1',
        'sap2_tls_failed_handshakes_total{listener="ssp"} 4',
        'sap2_outbox_pending 8',
        'sap2_outbox_oldest_age_seconds 61',
        `sap2_outbox_peer_pending{peer="${ALPHA}"} 7`,
        `sap2_outbox_peer_oldest_age_seconds{peer="${BETA}"} 0.5`,
      ]),
    );
  });

  it('is left out when it is not known now, though it was before', async () => {
    const measures = new PrometheusMeasures();
    const outbox = [{ peer: ALPHA, pending: 7, oldestAgeMs: 61_000 }];
    const live = [{ domain: 'alpha.example', peer: ALPHA, sessions: 12 }];
    await measures.expose({ ...READINGS, outbox, live });
    const unknown = {
      liveSessions: undefined,
      live: undefined,
      sweeperLagMs: undefined,
      jobs: undefined,
      outbox: undefined,
    };
    const lines = await scrape(measures, 'sap2_', unknown);
    expect(lines.filter((line) => /live_sessions|sweeper_lag|jobs|outbox/u.test(line))).toEqual([]);
  });

  it('is what was counted by somebody else, however often it is read', async () => {
    const measures = new PrometheusMeasures();
    const name = 'sap2_tls_failed_handshakes_total';
    for (let times = 1; times <= 2; times++) {
      expect(await scrape(measures, name)).toEqual([`${name}{listener="ssp"} 4`]);
    }
  });

  it('has the process and its event loop in it', async () => {
    const names = ['sap2_nodejs_eventloop_lag_p99_seconds', 'sap2_process_resident_memory_bytes'];
    for (const name of names) expect(await scrape(new PrometheusMeasures(), name)).toHaveLength(1);
  });
});

describe('live sessions', () => {
  it('are shown by domain, and by peer while its agreement is in force', async () => {
    const live = [
      { domain: 'one.example', peer: ALPHA, sessions: 3 },
      { domain: 'one.example', peer: BETA, sessions: 4 },
      { domain: 'two.example', peer: BETA, sessions: 5 },
    ];
    const readings = { live, isInForce: (peer: string) => peer === BETA };
    const measures = new PrometheusMeasures();
    expect(await scrape(measures, 'sap2_domain_live_sessions{', readings)).toEqual([
      'sap2_domain_live_sessions{domain="one.example"} 7',
      'sap2_domain_live_sessions{domain="two.example"} 5',
    ]);
    expect(await scrape(measures, 'sap2_peer_live_sessions{', readings)).toEqual([
      `sap2_peer_live_sessions{peer="${BETA}"} 9`,
    ]);
  });

  it('of more than 50 domains have a series for the 50 largest, and one for the others', async () => {
    const live = Array.from({ length: 60 }, (_, i) => ({
      domain: `d${i}.example`,
      peer: ALPHA,
      sessions: i + 1,
    }));
    const measures = new PrometheusMeasures();
    const lines = await scrape(measures, 'sap2_domain_live_sessions{', { live });
    expect(lines).toHaveLength(51);
    expect(lines).toContain('sap2_domain_live_sessions{domain="d59.example"} 60');
    expect(lines).toContain('sap2_domain_live_sessions{domain="(others)"} 55');
    expect(lines.join()).not.toContain('d9.example');
  });
});
