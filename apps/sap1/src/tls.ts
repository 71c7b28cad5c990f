import { Agent } from 'undici';

/** What one side of TLS shows and trusts, as PEM. */
export interface SapTls {
  /** Our certificate, and the intermediate authorities that signed it. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Authorities for the certificate of the other side; undefined: the public ones. */
  readonly ca?: string | undefined;
}

/** Older versions are not spoken (ssp-binding §2). */
export const MIN_TLS_VERSION = 'TLSv1.2';

/**
 * Connections to SAP 2 that show this certificate, and check that of SAP 2 and its name.
 *
 * @param most how many at the same time; undefined: as many as there are requests
 */
export const connectionsWith = ({ cert, key, ca }: SapTls, most?: number): Agent =>
  new Agent({
    ...(most !== undefined && { connections: most }),
    connect: {
      minVersion: MIN_TLS_VERSION,
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(ca !== undefined && { ca }),
    },
  });
