import type { FieldPeer } from './field-peer.js';
import { until } from '../service/until.js';

/** Seed of a service that talks to `field` as the field does: callback mode, MD5 over tokens, no shared secret. */
export const fieldSeed = (field: FieldPeer, password: string, token: string): object => ({
  domains: [{ name: 'provider.example' }],
  agreements: [
    {
      serviceID: field.serviceID,
      sharedSecret: 'unused-by-the-md5-of-the-field',
      callbackUrl: field.url,
      answerMode: 'callback',
      digestSchemas: ['MD5'],
      sourceAddresses: ['127.0.0.0/8'],
      domains: ['provider.example'],
      allowPasswordOverHttp: true,
    },
  ],
  users: [{ userID: 'wv:alice@provider.example', password }],
  administrators: [{ name: 'olga', token }],
});

export interface Scenes {
  readonly field: FieldPeer;
  readonly password: string;
  /** Ends a user session as an administrator does. */
  readonly end: (userSessionID: string) => Promise<void>;
  /** Gets a heading, or one message. */
  readonly say: (heading: string, body?: string) => void;
}

/** An existing peer and SAP 2 set up sessions in both directions, and SAP 2 sends it a disconnect. */
export async function playFieldPeer({ field, password, end, say }: Scenes): Promise<void> {
  field.show = say;
  const known = new Set(field.sessionIDs);
  const newSession = (): Promise<string> =>
    until('an SSP session', () => field.sessionIDs.find((id) => !known.has(id)));

  say(
    '1 · The peer opens an SSP session. It answers by POSTs of its own, and commits when it was acknowledged.',
  );
  await field.open();
  known.add(await newSession());

  say('2 · Alice logs in over it.');
  const login = await field.ask(
    `<UserLoginRequest>\n<MetaInfo clientOriginated="Yes">\n<Requestor serviceID="${field.serviceID}">\n<User userID="wv:alice@provider.example">\n<ClientID url="phone-1@field"/>\n</User>\n</Requestor></MetaInfo>\n<Password>${password}\n</Password>\n</UserLoginRequest>`,
  );
  const userSessionID = login.attribute('userSessionID');
  if (userSessionID === undefined) throw new Error('alice was not logged in');

  say('3 · The peer closes the SSP session. User sessions do not die with it.');
  await field.ask('<LogoutRequest/>');
  field.forgetLast();

  say(
    '4 · An administrator ends the session of alice. SAP 2 opens an SSP session itself, and pushes the disconnect.',
  );
  await end(userSessionID);
  await newSession();
  await until('the disconnect', () => field.disconnects.includes(userSessionID));
  if (field.faults.length > 0) throw new Error(field.faults.join('\n'));
}
