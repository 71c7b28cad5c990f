import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

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
/** The length that GCM is made for. Random values may repeat after 2^32 secrets under one key, far more than accounts exist. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';
const KEY_ID = /^[\w-]{1,64}$/;

/**
 * Encrypts secrets that the service must read again, for challenge logins and set-ups. The key is not in the database, so a
 * dump alone reveals no secret. Text form: `v1.<key id>.<iv>.<ciphertext and tag>`, the last two base64url.
 *
 * The first key encrypts, and all of them decrypt. To rotate a key, put a new one in front. Remove the old one when no secret
 * uses it any more.
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

  /** Undefined: no key can open it. */
  openIfReadable(text: string, owner: string): string | undefined {
    try {
      return this.open(text, owner);
    } catch (error) {
      if (error instanceof SecretUnreadableError) return undefined;
      throw error;
    }
  }

  /** 32 bytes for another use, made of the first key: the same in every process, different for every purpose. */
  deriveKey(purpose: string): Uint8Array {
    return derived(this.sealing.key, purpose);
  }

  /** Of the first key; says which one it was. */
  sign(content: string, purpose: string): { readonly key: string; readonly mac: string } {
    const { id } = this.sealing;
    return { key: id, mac: this.macOf(content, purpose, this.sealing).toString('hex') };
  }

  /** By the key with this id, as long as it is given. */
  checkSignature(
    content: string,
    purpose: string,
    signature: { readonly key: string; readonly mac: string },
  ): 'right' | 'wrong-signature' | 'unknown-key' {
    const key = this.keys.get(signature.key);
    if (key === undefined) return 'unknown-key';
    const given = Buffer.from(signature.mac, 'hex');
    const right = this.macOf(content, purpose, { id: signature.key, key });
    return given.length === right.length && timingSafeEqual(given, right) ? 'right' : 'wrong-signature';
  }

  private macOf(content: string, purpose: string, { id, key }: VaultKey): Buffer {
    return createHmac('sha256', derived(key, purpose)).update(`${id}\n${content}`, 'utf8').digest();
  }
}

const derived = (key: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, '', `sap2 ${purpose}`, KEY_BYTES));

const boundTo = (keyID: string, owner: string): Buffer => Buffer.from(`${VERSION}.${keyID}.${owner}`, 'utf8');

export const secretOfAccount = (id: string): string => `account ${id}`;
export const secretOfAgreement = (serviceID: string): string => `agreement ${serviceID}`;
export const secretOfSigningKey = (kid: string): string => `signing key ${kid}`;
export const secretOfUserDirectory = (domain: string): string => `user directory ${domain}`;
export const secretOfSubscription = (id: string): string => `subscription ${id}`;
