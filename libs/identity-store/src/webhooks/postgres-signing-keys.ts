import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { PrivateKey, PublicKey, SigningKeys } from '@sap2/webhooks';
import type { Sql, Transactions } from '../database.js';
import { type SecretVault, SecretUnreadableError, secretOfSigningKey } from '../secret-vault.js';

/** Receivers may keep what they read of our keys for an hour. */
const KNOWN_AFTER_S = 3_600;
/** A token may be read so long after it was signed. */
const KEPT_DAYS = 30;

interface KeyRow {
  readonly kid: string;
  readonly public_key: PublicKey;
  readonly private_key: string;
  readonly is_young: boolean;
  readonly is_known: boolean;
}

/** Makes a new key when the newest one is too old, or when the vault cannot open it any more. */
export class PostgresSigningKeys implements SigningKeys {
  constructor(
    private readonly database: Transactions,
    private readonly vault: SecretVault,
    private readonly maxAgeDays: number,
  ) {}

  readonly published: SigningKeys['published'] = async () =>
    (await this.rows()).map(({ public_key }) => public_key);

  readonly signing: SigningKeys['signing'] = async () => {
    const readable = (await this.rows()).flatMap((row) => this.opened(row) ?? []);
    const key = readable.find(({ isKnown }) => isKnown) ?? readable.at(-1);
    if (key === undefined) throw new Error('There is no key that signs security events.');
    return key.key;
  };

  private async rows(): Promise<readonly KeyRow[]> {
    const rows = await this.read(this.database);
    if (this.isEnough(rows)) return rows;
    return this.database.transaction(async (sql) => {
      await sql.rows('LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE');
      // Another process may have made one meanwhile.
      if (this.isEnough(await this.read(sql))) return this.read(sql);
      const { public: publicKey, private: privateKey } = newKey();
      const { kid } = publicKey;
      const sealed = this.vault.seal(JSON.stringify(privateKey), secretOfSigningKey(kid));
      await sql.rows(INSERT, [kid, JSON.stringify(publicKey), sealed]);
      await sql.rows(DROP_OLD, [this.maxAgeDays + KEPT_DAYS]);
      return this.read(sql);
    });
  }

  private read(sql: Sql): Promise<KeyRow[]> {
    return sql.rows<KeyRow>(KEYS, [this.maxAgeDays, KNOWN_AFTER_S]);
  }

  private isEnough(rows: readonly KeyRow[]): boolean {
    return rows.some((row) => row.is_young && this.opened(row) !== undefined);
  }

  /** Undefined: the vault cannot open it any more. */
  private opened(row: KeyRow): { readonly key: PrivateKey; readonly isKnown: boolean } | undefined {
    try {
      const text = this.vault.open(row.private_key, secretOfSigningKey(row.kid));
      return { key: JSON.parse(text) as PrivateKey, isKnown: row.is_known };
    } catch (error) {
      if (error instanceof SecretUnreadableError) return undefined;
      throw error;
    }
  }
}

function newKey(): { readonly public: PublicKey; readonly private: PrivateKey } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const open = { kty: 'EC', crv: 'P-256', x, y, kid: randomUUID(), alg: 'ES256', use: 'sig' } as const;
  return { public: open, private: { ...open, d } };
}

/** $1 days, $2 seconds. The newest first. */
const KEYS = `
  SELECT kid, public_key, private_key, created_at > now() - make_interval(days => $1::integer) AS is_young,
    created_at <= now() - make_interval(secs => $2::integer) AS is_known
  FROM signing_key ORDER BY created_at DESC, kid`;

const INSERT = 'INSERT INTO signing_key (kid, public_key, private_key) VALUES ($1, $2, $3)';

const DROP_OLD = 'DELETE FROM signing_key WHERE created_at < now() - make_interval(days => $1::integer)';
