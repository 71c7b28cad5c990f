import { Exposition } from './exposition.js';

export interface CredentialChecks {
  /** argon2id hashes. */
  readonly password: number;
  readonly digest: number;
}

/** What these processes have compared so far with what users sent, as they tell Prometheus. */
export async function credentialChecks(...adminUrls: readonly string[]): Promise<CredentialChecks> {
  const scrapes = await Promise.all(
    adminUrls.map(async (url) => new Exposition(await (await fetch(`${url}/metrics`)).text())),
  );
  const sumOf = (check: string): number =>
    scrapes.reduce((sum, scrape) => sum + scrape.value('sap2_credential_checks_total', { check }), 0);
  return { password: sumOf('password'), digest: sumOf('digest') };
}

/** What was compared while `work` was done, beside what it gave. */
export async function checksDuring<R>(
  adminUrls: readonly string[],
  work: () => Promise<R>,
): Promise<{ readonly checks: CredentialChecks; readonly result: R }> {
  const before = await credentialChecks(...adminUrls);
  const result = await work();
  const after = await credentialChecks(...adminUrls);
  return {
    checks: { password: after.password - before.password, digest: after.digest - before.digest },
    result,
  };
}
