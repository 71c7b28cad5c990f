import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Certificates and keys as files; a benchmark has no test kit. */
export class OpensslCertificates {
  private readonly folder = mkdtempSync(join(tmpdir(), 'sap2-bench-tls-'));

  constructor() {
    this.openssl('req', '-x509', ...NEW_KEY, '-subj', '/CN=bench', '-keyout', 'ca.key', '-out', 'ca.crt');
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  pem(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  /** `name.crt` and `name.key`. */
  issue(name: string, alternativeName: string): void {
    const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${alternativeName}`];
    const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key'];
    this.openssl(
      'req',
      '-x509',
      ...NEW_KEY,
      ...about,
      ...authority,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  private openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
