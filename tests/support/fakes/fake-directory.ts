import type { Directory, Domain, Entitlement, ServedDomain, ServiceID } from '@sap2/session-core';

export class FakeDirectory implements Directory {
  private readonly domains = new Map<Domain, ServedDomain>();
  private readonly entitlements = new Map<ServiceID, Entitlement>();

  serve(name: Domain, particulars: Partial<ServedDomain> = {}): this {
    this.domains.set(name, {
      name,
      spInfo: undefined,
      services: undefined,
      hasUserDirectory: false,
      ...particulars,
    });
    return this;
  }

  entitle(peer: ServiceID, domains: readonly Domain[], particulars: Partial<Entitlement> = {}): this {
    this.entitlements.set(peer, {
      peer,
      domains: new Set(domains),
      allowPasswordOverHttp: false,
      services: undefined,
      ...particulars,
    });
    return this;
  }

  endAgreement(peer: ServiceID): void {
    this.entitlements.delete(peer);
  }

  domain(name: Domain): ServedDomain | undefined {
    return this.domains.get(name);
  }

  entitlement(peer: ServiceID): Entitlement | undefined {
    return this.entitlements.get(peer);
  }
}
