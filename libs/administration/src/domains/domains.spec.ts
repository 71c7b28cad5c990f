import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Domain } from '@sap2/session-core';
import type { Actor } from '../actor.js';
import type { Domains } from '../ports/domains.port.js';
import { ChangeDomain } from './change-domain.js';
import { CreateDomain } from './create-domain.js';
import { DeleteDomain } from './delete-domain.js';

const ROOT: Actor = { name: 'root', from: 'local', requestID: 'r' };

/** Notes what it is asked for; that it does it is shown with PostgreSQL. */
class AskedDomains implements Domains {
  readonly asked: unknown[] = [];
  async create(_actor: Actor, domain: Parameters<Domains['create']>[1]): ReturnType<Domains['create']> {
    this.asked.push(domain);
    return { kind: 'exists' };
  }
  async change(
    _actor: Actor,
    ...what: [Domain, Parameters<Domains['change']>[2], number | undefined]
  ): ReturnType<Domains['change']> {
    this.asked.push(what);
    return { kind: 'stale' };
  }
  async remove(_actor: Actor, ...what: [Domain, number | undefined]): ReturnType<Domains['remove']> {
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

let domains: AskedDomains;
beforeEach(() => {
  domains = new AskedDomains();
});

describe('a domain', () => {
  it('has one name, however it is written, and a feature stands for its functions', async () => {
    const entry = { name: 'Provider.EXAMPLE.', spInfo: undefined, services: ['SearchFunc'] };
    expect(await new CreateDomain(domains).execute(ROOT, entry)).toEqual({ kind: 'exists' });
    expect(domains.asked).toEqual([
      { name: 'provider.example', spInfo: undefined, services: ['SRCH', 'ADVSR', 'STSRC'] },
    ]);
    await new ChangeDomain(domains).execute(ROOT, {
      name: 'PROVIDER.example',
      spInfo: null,
      services: null,
      expectedRevision: 3,
    });
    expect(domains.asked[1]).toEqual(['provider.example', { spInfo: null, services: null }, 3]);
    await new DeleteDomain(domains).execute(ROOT, 'provider.example.', undefined);
    expect(domains.asked[2]).toEqual(['provider.example', undefined]);
  });

  it('that is none is not looked for', async () => {
    const create = new CreateDomain(domains).execute(ROOT, {
      name: 'no domain',
      spInfo: undefined,
      services: undefined,
    });
    expect(await create).toEqual({ kind: 'not-a-domain' });
    expect(await new DeleteDomain(domains).execute(ROOT, 'no domain', undefined)).toEqual({
      kind: 'unknown',
    });
    const change = { name: 'a b', spInfo: undefined, services: undefined, expectedRevision: undefined };
    expect(await new ChangeDomain(domains).execute(ROOT, change)).toEqual({ kind: 'unknown' });
    expect(domains.asked).toEqual([]);
  });

  it('offers nothing that the service tree does not have', async () => {
    const services = ['GETSPI', 'TELEPATHY'];
    const refusal = { kind: 'unknown-services', names: ['TELEPATHY'] };
    const entry = { name: 'a.example', spInfo: undefined, services };
    expect(await new CreateDomain(domains).execute(ROOT, entry)).toEqual(refusal);
    expect(await new ChangeDomain(domains).execute(ROOT, { ...entry, expectedRevision: 1 })).toEqual(refusal);
    expect(domains.asked).toEqual([]);
  });
});
