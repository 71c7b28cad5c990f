import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface VaultKey {
  /** Letters, digits, `-` and `_`: it stands in every sealed secret. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** A stored secret that can not be read: its key is not given, or it was changed or moved. Operators must act. */
export class SecretUnreadableError extends Error {
  override readonly name = 'SecretUnreadableError';
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** What GCM is made for; random ones may repeat after 2^32 secrets under one key, far more than there are accounts. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';
const KEY_ID = /^[\w-]{1,64}$/;

/**
 * Secrets that must be read again (for challenge logins and set-ups), sealed with a key that is not in the database: a
 * dump alone tells nothing. Text form: `v1.<key id>.<iv>.<ciphertext and tag>`, the last two base64url.
 *
 * The first key seals, all of them open; so a key is rotated by putting a new one in front and taking the old one away
 * when nothing is sealed with it any more.
 */
export class SecretVault {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  private readonly sealing: VaultKey;

  constructor(keys: readonly VaultKey[]) {
    const [sealing] = keys;
    if (sealing === undefined) throw new Error('The vault needs at least one key.');
    for (const { id, key } of keys) {
      if (!KEY_ID.test(id)) throw new Error('The id of a vault key has 1 to 64 letters, digits, "-" or "_".');
      if (key.length !== KEY_BYTES) throw new Error(`Vault key ${id} must have ${KEY_BYTES} bytes.`);
    }
    this.keys = new Map(keys.map(({ id, key }) => [id, key]));
    if (this.keys.size !== keys.length) throw new Error('Two vault keys have the same id.');
    this.sealing = sealing;
  }

  /** `owner` is what the secret belongs to, table and row: nowhere else can it be opened. */
  seal(secret: string, owner: string): string {
    const { id, key } = this.sealing;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key, iv).setAAD(boundTo(id, owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, id, iv.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** Throws SecretUnreadableError, which names the owner and never the content. */
  open(text: string, owner: string): string {
    const [version, id = '', iv = '', body = '', ...rest] = text.split('.');
    if (version !== VERSION || rest.length > 0)
      throw new SecretUnreadableError(`${owner}: not a sealed secret`);
    const key = this.keys.get(id);
    if (key === undefined)
      throw new SecretUnreadableError(`${owner}: sealed with key "${id}", which is not given`);
    const sealed = Buffer.from(body, 'base64url');
    try {
      const decipher = createDecipheriv(CIPHER, key, Buffer.from(iv, 'base64url'), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(boundTo(id, owner))
        .setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    } catch (error) {
      throw new SecretUnreadableError(`${owner}: changed, moved or sealed with another key "${id}"`, {
        cause: error,
      });
    }
  }

  /** 32 bytes for another use, made of the first key: the same in every process, different for every purpose. */
  deriveKey(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.sealing.key, '', `sap2 ${purpose}`, KEY_BYTES));
  }
}

const boundTo = (keyID: string, owner: string): Buffer => Buffer.from(`${VERSION}.${keyID}.${owner}`, 'utf8');

export const secretOfAccount = (id: string): string => `account ${id}`;
export const secretOfAgreement = (serviceID: string): string => `agreement ${serviceID}`;
