import { type FileHandle, open } from 'node:fs/promises';
import type { AuditAnchor } from '@sap2/administration';
import type { Config } from '@sap2/config';
import type { EventLog } from '@sap2/observability';
import { PeerNetworks, type PeerTls, type PeerTransport, UndiciPeerTransport } from '@sap2/peer-link';
import type { AnchorPlace } from './audit-anchor.loop.js';

/** From looking up the name to the last byte of the answer. */
const POST_DEADLINE_MS = 10_000;
const LINE_FEED = 0x0a;
/** Only the user of the service can read and write it. */
const FILE_MODE = 0o600;

export interface AnchorPlaces {
  readonly places: readonly AnchorPlace[];
  close(): Promise<void>;
}

export function makeAnchorPlaces(
  { auditAnchorFile, auditAnchorUrl }: Pick<Config, 'auditAnchorFile' | 'auditAnchorUrl'>,
  log: EventLog,
): AnchorPlaces {
  const places: AnchorPlace[] = [anchorLog(log)];
  if (auditAnchorFile !== undefined) places.push(anchorFile(auditAnchorFile));
  if (auditAnchorUrl === undefined) return { places, close: () => Promise.resolve() };
  const transport = anchorTransport();
  places.push(anchorUrl(auditAnchorUrl, transport));
  return { places, close: () => transport.close() };
}

const anchorLog = (log: EventLog): AnchorPlace => ({
  name: 'log',
  write: async (anchor) => log.event('audit_head_signed', { anchor }),
});

/** A line is on the disk when it counts as written. One that was broken off is ended first. */
export const anchorFile = (path: string): AnchorPlace => ({
  name: 'file',
  write: async (anchor) => {
    const file = await open(path, 'a+', FILE_MODE);
    try {
      await file.appendFile(`${(await isBrokenOff(file)) ? '\n' : ''}${JSON.stringify(anchor)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  },
});

async function isBrokenOff(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== LINE_FEED;
}

/** The address is the operator's own: private networks may be called, secrets of a cloud never (ADR 25). */
const NETWORKS = new PeerNetworks(['loopback', 'private'], 'allowed-networks');
const TLS: PeerTls = { minVersion: 'TLSv1.2' };

const anchorTransport = (): UndiciPeerTransport =>
  new UndiciPeerTransport({ networks: NETWORKS, tls: () => TLS, contentType: 'application/json' });

export const anchorUrl = (url: string, transport: PeerTransport): AnchorPlace => ({
  name: 'url',
  write: async (anchor: AuditAnchor) => {
    const outcome = await transport.post(url, Buffer.from(JSON.stringify(anchor)), POST_DEADLINE_MS);
    if (outcome.kind === 'failure') throw new Error(outcome.detail);
    const { httpStatus } = outcome;
    if (httpStatus < 200 || httpStatus > 299) throw new Error(`it answered HTTP ${httpStatus}`);
  },
});
