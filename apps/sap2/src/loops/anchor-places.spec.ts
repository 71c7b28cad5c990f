import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditAnchor } from '@sap2/administration';
import { createEventLog } from '@sap2/observability';
import { anchorFile, makeAnchorPlaces } from './anchor-places.js';

const ANCHOR: AuditAnchor = {
  installation: '7b0c3c1e-61a5-4c5c-9a0e-0a1b2c3d4e5f',
  seq: 7,
  hash: '0123456789abcdef'.repeat(4),
  at: '2027-01-31T00:00:00.000Z',
  signedAt: '2027-01-31T00:05:00.000Z',
  key: 'k1',
  mac: 'fedcba9876543210'.repeat(4),
};

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'sap2-anchors-')), 'anchors.ndjson');

describe('the file of anchors', () => {
  it('gets a line for each, and is for the user of the service only', async () => {
    const path = newFile();
    await anchorFile(path).write(ANCHOR);
    await anchorFile(path).write({ ...ANCHOR, seq: 8 });
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.map((line) => (line === '' ? '' : (JSON.parse(line) as unknown)))).toEqual([
      ANCHOR,
      { ...ANCHOR, seq: 8 },
      '',
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('that ends in the middle of a line is gone on with on a new one', async () => {
    const path = newFile();
    writeFileSync(path, '{"broken":');
    await anchorFile(path).write(ANCHOR);
    expect(readFileSync(path, 'utf8')).toBe(`{"broken":\n${JSON.stringify(ANCHOR)}\n`);
  });

  it('that cannot be written says so', async () => {
    await expect(anchorFile(join(newFile(), 'below')).write(ANCHOR)).rejects.toThrow('ENOENT');
  });
});

const written = async (auditAnchorUrl: string): Promise<void> => {
  const log = createEventLog({ level: 'silent' });
  const made = makeAnchorPlaces({ auditAnchorFile: undefined, auditAnchorUrl }, log);
  expect(made.places.map(({ name }) => name)).toEqual(['log', 'url']);
  try {
    await made.places[1]?.write(ANCHOR);
  } finally {
    await made.close();
  }
};

describe('the URL of anchors', () => {
  it.each([
    ['where clouds keep secrets', 'http://169.254.169.254/latest', 'no address of a peer'],
    ['by plain http beyond private networks', 'http://192.88.98.1/', 'plain http'],
  ])('is not called %s', async (_, url, why) => {
    await expect(written(url)).rejects.toThrow(why);
  });
});

describe('the log', () => {
  it('gets the whole anchor, unmasked, so that it can be compared again', async () => {
    const lines: string[] = [];
    const log = createEventLog({ level: 'info', output: { write: (line: string) => lines.push(line) } });
    const nowhere = { auditAnchorFile: undefined, auditAnchorUrl: undefined };
    const { places } = makeAnchorPlaces(nowhere, log);
    for (const place of places) await place.write(ANCHOR);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { event: 'audit_head_signed', anchor: ANCHOR },
    ]);
  });
});
