import { createHash } from 'node:crypto';

const NAMESPACE = 'http://www.openmobilealliance.org/DTD/WV-SSP1.3';

/** The digest of existing peers: over the token and nothing else. */
export const fieldDigest = (token: string): string => createHash('md5').update(token).digest('base64');

/** As the field writes it: another declaration than ours, and line breaks wherever there is room. */
const message = (content: string): string =>
  `<?xml version='1.0'?>\n<WV-SSP-Message xmlns="${NAMESPACE}">\n${content}\n\n</WV-SSP-Message> \n`;

export const fieldSetUp = (mode: string, transactionID: string, primitive: string): string =>
  message(
    `<SetupTransaction mode="${mode}" transactionID="${transactionID}">\n${primitive}\n\n</SetupTransaction>`,
  );

export const fieldSession = (
  sessionID: string,
  mode: string,
  transactionID: string,
  primitive: string,
): string =>
  message(
    `<Session sessionID="${sessionID}">\n<Transaction mode="${mode}" transactionID="${transactionID}">\n${primitive}\n\n</Transaction>\n</Session>`,
  );

export const fieldStatus = (sessionID: string, transactionID: string, code: number): string =>
  fieldSession(sessionID, 'Response', transactionID, `<Status code="${code}"/>`);

/** With the attribute that the field cannot spell. */
export const fieldToken = (serviceID: string, token: string): string =>
  `<SendSecretToken serviceID="${serviceID}" protocol="WV-SSP"\nprocotolVersion="1.3">\n<SecretToken>\n${token}\n</SecretToken> \n</SendSecretToken> `;

export const fieldLogin = (serviceID: string, digest: string): string =>
  `<LoginRequest serviceID="${serviceID}" timeToLive="86400">\n<PasswordDigest encoding="base64">\n${digest}\r\n\n</PasswordDigest>\n</LoginRequest>`;

/** Of a peer that knows no time to live. */
export const fieldAnnouncement = (sessionID: string): string =>
  `<LoginResponse sessionID="${sessionID}">\n<Status code="200"/>\n </LoginResponse>`;

/** Two requests that every existing peer sends and that we do not support. */
export const FIELD_REQUESTS = {
  SendMessageRequest: (serviceID: string) => `<SendMessageRequest deliveryReport="Yes">
<MetaInfo clientOriginated="Yes">
<Requestor serviceID="${serviceID}">
<User userID="wv:carol@field.example"/>
</Requestor></MetaInfo>

<MessageInfo messageID="m-1" contentType="text/plain" contentSize="5">
<Recipient>
<User userID="wv:alice@provider.example"/>

</Recipient>
</MessageInfo>
<ContentData contentType="text/plain" encoding="base64">
Z3J1c3M=

</ContentData>

</SendMessageRequest>`,
  GetPresenceRequest: (serviceID: string) => `<GetPresenceRequest>
<MetaInfo clientOriginated="Yes">
<Requestor serviceID="${serviceID}">
<User userID="wv:carol@field.example">
<ClientID url="http://192.0.2.7/a"/>
</User>
</Requestor></MetaInfo>

<VerUserID userID="wv:alice@provider.example"/>
<AttributeList>
<PresenceSubList>
<OnlineStatus/>

</PresenceSubList>

</AttributeList>
</GetPresenceRequest>`,
} as const;
