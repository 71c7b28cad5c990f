import { createHash } from 'node:crypto';
import { type Answer, escapeXml, type RawSap1 } from './raw-sap1.js';

const HASHES: Readonly<Record<string, string>> = { MD5: 'md5', SHA: 'sha1', 'SHA-256': 'sha256' };

/** DigestBytes of §4.1: nonce octets, then password octets, both as they are. */
export function digestOf(schema: string, nonce: string, password: string | Buffer): string {
  return createHash(HASHES[schema] ?? schema)
    .update(nonce)
    .update(password)
    .digest('base64');
}

/** A user on one device, behind one SAP 1: its requests as XML, and the usual ways to send them. */
export class RawUser {
  constructor(
    readonly sap1: RawSap1,
    readonly userID: string,
    readonly password: string,
    /** Content of `User`. */
    readonly client = '<ClientID url="phone-1@handset"/>',
  ) {}

  /** The same user with another device. */
  on(url: string, sap1 = this.sap1): RawUser {
    return new RawUser(sap1, this.userID, this.password, `<ClientID url="${escapeXml(url)}"/>`);
  }

  /** The same account as another person writes or guesses it. */
  as(changes: { userID?: string; password?: string; client?: string; sap1?: RawSap1 }): RawUser {
    const { userID = this.userID, password = this.password, client = this.client } = changes;
    return new RawUser(changes.sap1 ?? this.sap1, userID, password, client);
  }

  get metaInfo(): string {
    return `<MetaInfo clientOriginated="Yes"><Requestor serviceID="${this.sap1.peer.serviceID}"><User userID="${escapeXml(this.userID)}">${this.client}</User></Requestor></MetaInfo>`;
  }

  loginRequest(content: string, attributes = ''): string {
    return `<UserLoginRequest ${attributes}>${this.metaInfo}${content}</UserLoginRequest>`;
  }

  passwordRequest(attributes = '', more = ''): string {
    return this.loginRequest(`<Password>${escapeXml(this.password)}</Password>${more}`, attributes);
  }

  digestRequest(schema: string, nonce: string, attributes = '', digest?: string): string {
    const bytes = digest ?? digestOf(schema, nonce, this.password);
    return this.loginRequest(
      `<Nonce>${nonce}</Nonce><DigestBytes digestSchema="${schema}" encoding="base64">${bytes}</DigestBytes>`,
      attributes,
    );
  }

  keepAliveRequest(userSessionID: string, attributes = ''): string {
    return `<UserKeepAliveRequest userSessionID="${userSessionID}" ${attributes}>${this.metaInfo}</UserKeepAliveRequest>`;
  }

  logoutRequest(userSessionID: string): string {
    return `<UserLogoutRequest userSessionID="${userSessionID}">${this.metaInfo}</UserLogoutRequest>`;
  }

  /** `tree`: content of `Functions`; undefined: no such child. */
  serviceRequest(userSessionID: string, tree: string | undefined, allFunctions = 'No'): string {
    const functions = tree === undefined ? '' : `<Functions>${tree}</Functions>`;
    return `<UserServiceRequest userSessionID="${userSessionID}" allFunctionsRequest="${allFunctions}">${this.metaInfo}${functions}</UserServiceRequest>`;
  }

  logIn(attributes = '', more = ''): Promise<Answer> {
    return this.sap1.ask(this.passwordRequest(attributes, more));
  }

  /** Phase 1. */
  challenge(...schemas: readonly string[]): Promise<Answer> {
    return this.sap1.ask(
      this.loginRequest(schemas.map((schema) => `<DigestSchema>${schema}</DigestSchema>`).join('')),
    );
  }

  /** Phase 2. */
  respond(schema: string, nonce: string, attributes = '', digest?: string): Promise<Answer> {
    return this.sap1.ask(this.digestRequest(schema, nonce, attributes, digest));
  }

  /** @throws Error unless the answer is 200 */
  async session(attributes = '', more = ''): Promise<string> {
    const answer = await this.logIn(attributes, more);
    if (answer.code !== 200) throw new Error(`not logged in: ${answer.bytes}`);
    return answer.userSessionID;
  }

  keepAlive(userSessionID: string, attributes = ''): Promise<Answer> {
    return this.sap1.ask(this.keepAliveRequest(userSessionID, attributes));
  }

  logOut(userSessionID: string): Promise<Answer> {
    return this.sap1.ask(this.logoutRequest(userSessionID));
  }

  negotiate(userSessionID: string, tree: string | undefined, allFunctions?: string): Promise<Answer> {
    return this.sap1.ask(this.serviceRequest(userSessionID, tree, allFunctions));
  }
}
