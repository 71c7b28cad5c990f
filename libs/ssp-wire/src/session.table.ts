import {
  attribute,
  child,
  constant,
  content,
  type Element,
  element,
  mapped,
  nameTree,
  optionalAttribute,
  optionalChild,
  string,
  textElement,
  yesNo,
} from '@sap2/xml-codec';
import type {
  GetSPInfoRequest,
  GetSPInfoResponse,
  RequestPrimitive,
  ResponsePrimitive,
  SapKeepAliveRequest,
  SapKeepAliveResponse,
  SapLogoutRequest,
  StatusAnswer,
  UserDisconnectRequest,
  UserLogoutRequest,
  UserServiceRequest,
  UserServiceResponse,
} from './messages.js';
import {
  description,
  metaInfo,
  seconds,
  serviceName,
  sessionId,
  status,
  tryAgainTimeout,
  user,
} from './shared.table.js';
import { userKeepAliveRequest, userKeepAliveResponse } from './user-keep-alive.table.js';
import { functions, userLoginRequest, userLoginResponse } from './user-login.table.js';

/** A picture for a handset's screen: 48 KiB before base64. */
const logoContent = string(64 * 1024);

const logo = element<NonNullable<GetSPInfoResponse['logo']>>(
  'Logo',
  { contentType: optionalAttribute('contentType', string(128)), content: content(logoContent) },
  { encoding: 'base64' },
);

/** What one side may ask inside an SSP session (ssp-binding §3–§5). */
export const REQUEST_PRIMITIVES = {
  UserLoginRequest: userLoginRequest,
  UserLogoutRequest: element<UserLogoutRequest>('UserLogoutRequest', {
    kind: constant('UserLogoutRequest'),
    userSessionID: attribute('userSessionID', sessionId),
    metaInfo: child(metaInfo),
  }),
  UserKeepAliveRequest: userKeepAliveRequest,
  GetSPInfoRequest: element<GetSPInfoRequest>('GetSPInfoRequest', {
    kind: constant('GetSPInfoRequest'),
    serviceID: attribute('serviceID', serviceName),
    metaInfo: child(metaInfo),
  }),
  UserServiceRequest: element<UserServiceRequest>('UserServiceRequest', {
    kind: constant('UserServiceRequest'),
    userSessionID: attribute('userSessionID', sessionId),
    allFunctionsRequest: attribute('allFunctionsRequest', yesNo),
    metaInfo: child(metaInfo),
    functions,
  }),
  UserDisconnectRequest: element<UserDisconnectRequest>('UserDisconnectRequest', {
    kind: constant('UserDisconnectRequest'),
    userSessionID: attribute('userSessionID', sessionId),
    metaInfo: child(metaInfo),
    user: child(user),
    status: child(status),
    tryAgainTimeoutS: tryAgainTimeout,
  }),
  KeepAliveRequest: element<SapKeepAliveRequest>('KeepAliveRequest', { kind: constant('KeepAliveRequest') }),
  LogoutRequest: element<SapLogoutRequest>('LogoutRequest', { kind: constant('LogoutRequest') }),
} satisfies { readonly [P in RequestPrimitive as P['kind']]: Element<P> };

/** What the other side may answer. */
export const RESPONSE_PRIMITIVES = {
  UserLoginResponse: userLoginResponse,
  UserKeepAliveResponse: userKeepAliveResponse,
  GetSPInfoResponse: element<GetSPInfoResponse>('GetSPInfoResponse', {
    kind: constant('GetSPInfoResponse'),
    status: child(status),
    name: optionalChild(textElement('Name', string(256))),
    logo: optionalChild(logo),
    description: optionalChild(textElement('Description', description)),
    url: optionalChild(textElement('URL', string(2048))),
  }),
  UserServiceResponse: element<UserServiceResponse>('UserServiceResponse', {
    kind: constant('UserServiceResponse'),
    status: child(status),
    functions,
    allFunctions: optionalChild(nameTree('AllFunctions')),
  }),
  KeepAliveResponse: element<SapKeepAliveResponse>('KeepAliveResponse', {
    kind: constant('KeepAliveResponse'),
    timeToLive: optionalAttribute('timeToLive', seconds),
    status: child(status),
  }),
  Status: mapped<StatusAnswer['status'], StatusAnswer>(
    status,
    (found) => ({ kind: 'Status', status: found }),
    (answer) => answer.status,
  ),
} satisfies { readonly [P in ResponsePrimitive as P['kind']]: Element<P> };
