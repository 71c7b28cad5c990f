/** Names and texts of the play. */
export const OPERATOR = 'wv:@operator.example';
export const PROVIDER = 'wv:@provider.example';
export const DOMAIN = 'provider.example';

export const SP_INFO = {
  name: 'Example Messaging',
  description: 'Messages and presence for everyone',
  url: 'https://provider.example/',
};

/** SAP 2 grants it to a phone that asks for none. Its own default is an hour, which is too long for a demo. */
export const DEFAULT_KEEP_ALIVE_S = 3;

/** Secrets of this one performance. */
export interface Secrets {
  readonly agreement: string;
  readonly administrator: string;
  readonly alice: string;
  readonly bob: string;
  readonly carol: string;
}
