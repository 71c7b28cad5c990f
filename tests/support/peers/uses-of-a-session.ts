import type { RawSap1 } from './raw-sap1.js';
import type { RawUser } from './raw-user.js';

const list = (sap1: RawSap1, id: string, attributes = ''): string =>
  `<UserKeepAliveRequest ${attributes}>${sap1.metaInfo}<UserSession userSessionID="${id}"/></UserKeepAliveRequest>`;

/** Each way to use a session, as the XML that a peer sends. */
export const USES: Readonly<Record<string, (user: RawUser, id: string) => string>> = {
  'keep-alive': (user, id) => user.keepAliveRequest(id, 'timeToLive="60"'),
  'keep-alive in a list': ({ sap1 }, id) => list(sap1, id),
  sync: ({ sap1 }, id) => list(sap1, id, 'sync="Yes" syncID="s" part="1" parts="1" sapEpoch="n:1"'),
  logout: (user, id) => user.logoutRequest(id),
  'service negotiation': (user, id) => user.serviceRequest(id, '<WVCSPFeat><IMFeat/></WVCSPFeat>', 'Yes'),
  resume: (user, id) => user.passwordRequest(`userSessionID="${id}"`),
};
