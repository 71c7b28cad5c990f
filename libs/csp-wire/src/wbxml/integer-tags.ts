/** Tags whose content is a number: OPAQUE octets in it are its digits to the base of 256. */
export const INTEGER_TAGS: ReadonlySet<string> = new Set([
  'AcceptedCharSet',
  'AcceptedContentLength',
  'AcceptedPullLength',
  'AcceptedPushLength',
  'AcceptedRichContentLength',
  'AcceptedTextContentLength',
  'Code',
  'ContentPolicyLimit',
  'ContentSize',
  'KeepAliveTime',
  'MultiTrans',
  'MultiTransPerMessage',
  'ParserSize',
  'PlainTextCharset',
  'ServerPollMin',
  'SessionPriority',
  'TCPPort',
  'TimeToLive',
  'TryAgainTimeout',
  'UDPPort',
  'UserSessionLimit',
]);

export const MAX_INTEGER = 2 ** 32 - 1;
export const MAX_INTEGER_OCTETS = 4;
