import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Domain } from '@sap2/session-core';
import type { Actor } from './actor.js';
import { type DomainBook, Domains } from './domains.js';

const ROOT: Actor = { name: 'root', from: 'local', requestID: 'r' };

/** Notes what it is asked for; that it does it is shown with PostgreSQL. */
class AskedDomains implements DomainBook {
  readonly asked: unknown[] = [];
  async create(_actor: Actor, domain: Parameters<DomainBook['create']>[1]): ReturnType<DomainBook['create']> {
    this.asked.push(domain);
    return { kind: 'exists' };
  }
  async change(
    _actor: Actor,
    ...what: [Domain, Parameters<DomainBook['change']>[2], number | undefined]
  ): ReturnType<DomainBook['change']> {
    this.asked.push(what);
    return { kind: 'stale' };
  }
  async remove(_actor: Actor, ...what: [Domain, number | undefined]): ReturnType<DomainBook['remove']> {
    this.asked.push(what);
    return { kind: 'deleted' };
  }
  async find(): Promise<undefined> {
    return undefined;
  }
  async page(): Promise<[]> {
    return [];
  }
}

let asked: AskedDomains;
let domains: Domains;
beforeEach(() => {
  asked = new AskedDomains();
  domains = new Domains(asked, () => undefined);
});

describe('a domain', () => {
  it('has one name, however it is written, and a feature stands for its functions', async () => {
    const entry = { name: 'Provider.EXAMPLE.', spInfo: undefined, services: ['SearchFunc'] };
    expect(await domains.create(ROOT, entry)).toEqual({ kind: 'exists' });
    expect(asked.asked).toEqual([
      { name: 'provider.example', spInfo: undefined, services: ['SRCH', 'ADVSR', 'STSRC'] },
    ]);
    await domains.change(ROOT, 'PROVIDER.example', { spInfo: null, services: null }, 3);
    expect(asked.asked[1]).toEqual(['provider.example', { spInfo: null, services: null }, 3]);
    await domains.delete(ROOT, 'provider.example.', undefined);
    expect(asked.asked[2]).toEqual(['provider.example', undefined]);
  });

  it('that is none is not looked for', async () => {
    const create = domains.create(ROOT, {
      name: 'no domain',
      spInfo: undefined,
      services: undefined,
    });
    expect(await create).toEqual({ kind: 'not-a-domain' });
    expect(await domains.delete(ROOT, 'no domain', undefined)).toEqual({
      kind: 'unknown',
    });
    const change = { spInfo: undefined, services: undefined };
    expect(await domains.change(ROOT, 'a b', change, undefined)).toEqual({ kind: 'unknown' });
    expect(asked.asked).toEqual([]);
  });

  it('offers nothing that the service tree does not have', async () => {
    const services = ['GETSPI', 'TELEPATHY'];
    const refusal = { kind: 'unknown-services', names: ['TELEPATHY'] };
    const entry = { name: 'a.example', spInfo: undefined, services };
    expect(await domains.create(ROOT, entry)).toEqual(refusal);
    expect(await domains.change(ROOT, 'a.example', entry, 1)).toEqual(refusal);
    expect(asked.asked).toEqual([]);
  });
});
