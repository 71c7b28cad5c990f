import { describe, expect, it } from '@jest/globals';
import { Servers } from './writable-server.js';

const at = (host: string): string => `postgres://sap2@${host}/sap2`;

describe('the servers of one database', () => {
  it('are tried one after the other, and connections that fail together pass over one', () => {
    const servers = new Servers(at('one,two,three'));
    expect([servers.count, servers.current]).toEqual([3, at('one')]);
    for (let connection = 0; connection < 5; connection++) servers.passOver(at('one'));
    expect(servers.current).toBe(at('two'));
    servers.passOver(at('two'));
    servers.passOver(at('three'));
    expect(servers.current).toBe(at('one'));
  });

  it('of an address with one host are that one', () => {
    const servers = new Servers(at('one'));
    servers.passOver(at('one'));
    expect([servers.count, servers.current]).toEqual([1, at('one')]);
  });
});
