import { Agent } from 'undici';

/** What one side of TLS shows and trusts, as PEM. */
export interface SapTls {
  /** Our certificate, and the authorities below the root that vouch for it. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Who may vouch for the other side; undefined: the public authorities. */
  readonly ca?: string | undefined;
}

/** Older versions are not spoken (ssp-binding §2). */
export const MIN_TLS_VERSION = 'TLSv1.2';

/** Connections to SAP 2 that show this certificate, and check that of SAP 2 and its name. */
export const connectionsWith = ({ cert, key, ca }: SapTls): Agent =>
  new Agent({
    connect: {
      minVersion: MIN_TLS_VERSION,
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(ca !== undefined && { ca }),
    },
  });
