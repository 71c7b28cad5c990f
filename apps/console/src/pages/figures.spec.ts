import { describe, expect, it } from '@jest/globals';
import { figuresOf, perSecond } from './figures.js';

const EXPOSITION = `# HELP sap2_live_sessions live
sap2_live_sessions{worker="1"} 12
sap2_live_sessions{worker="2"} 12
sap2_sessions_opened_total{worker="1"} 5
sap2_sessions_opened_total{worker="2"} 7
sap2_sessions_ended_total{cause="logout",worker="1"} 3
sap2_sessions_ended_total{cause="expired",worker="1"} 1
sap2_ssp_requests_total{peer="wv:@a.example",primitive="UserLoginRequest",code="200"} 9
sap2_ssp_requests_total{peer="wv:@a.example",primitive="UserLoginRequest",code="409"} 4
sap2_ssp_requests_total{peer="wv:@a.example",primitive="UserLogoutRequest",code="604"} 2
sap2_outbox_pending 3
sap2_outbox_oldest_age_seconds 61.5
sap2_outbox_peer_pending{peer="wv:@a.example"} 3
sap2_outbox_peer_pending{peer="wv:@b.example"} 0
sap2_outbox_peer_oldest_age_seconds{peer="wv:@a.example"} 61.5
`;

describe('the figures of the overview', () => {
  it('add the counters of all processes, and take what all see alike once', () => {
    expect(figuresOf(EXPOSITION, 0)).toMatchObject({
      live: 12,
      logins: 12,
      ends: 4,
      refusals: 4,
      pending: 3,
    });
  });

  it('have the backlog of each operator that waits for something', () => {
    expect(figuresOf(EXPOSITION, 0).backlog).toEqual([{ peer: 'wv:@a.example', pending: 3, oldestS: 61.5 }]);
  });

  it('a second are the difference of two moments', () => {
    const before = figuresOf(EXPOSITION, 1_000);
    const now = { ...before, atMs: 3_000, logins: before.logins + 5 };
    expect(perSecond(before, now, 'logins')).toBe(2.5);
  });

  it('are zero at first, and when a process began again', () => {
    const now = figuresOf(EXPOSITION, 3_000);
    expect(perSecond(undefined, now, 'logins')).toBe(0);
    expect(perSecond({ ...now, atMs: 1_000, logins: 99 }, now, 'logins')).toBe(0);
  });
});
