import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './openapi.js';

export type { components, operations, paths } from './openapi.js';

export interface Sap2 {
  /** Of the port for administrators, such as `https://sap2.example:7080`. */
  readonly url: string;
  /** Of an administrator. */
  readonly token: string;
}

/** A client of the REST interface. Each path, field and answer has the type that the OpenAPI document gives it. */
export const sap2Client = ({ url, token }: Sap2): Client<paths> =>
  createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
