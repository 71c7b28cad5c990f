import { CSP_VERSIONS, type CspVersion } from '../messages.js';

/** Tags with consecutive tokens on one code page, and the first version that has them. `-` stands for a gap. */
type Run = readonly [since: CspVersion, page: number, first: number, names: string];

/**
 * The tags of CSP in binary XML. Where a version gave a token to another tag, the later run counts. Some tags ended with
 * 1.2 and have no successor. They stay here, because handsets of 1.3 still send them.
 */
const RUNS: readonly Run[] = [
  [
    '1.1',
    0x00,
    0x05,
    `Acceptance AddList AddNickList SName WV-CSP-Message ClientID Code ContactList ContentData ContentEncoding
    ContentSize ContentType DateTime Description DetailedResult EntityList Group GroupID GroupList InUse Logo
    MessageCount MessageID MessageURI MSISDN Name NickList NickName Poll Presence PresenceSubList PresenceValue
    Property Qualifier Recipient RemoveList RemoveNickList Result ScreenName Sender Session SessionDescriptor
    SessionID SessionType Status Transaction TransactionContent TransactionDescriptor TransactionID
    TransactionMode URL URLList User UserID UserList Validity Value`,
  ],
  [
    '1.1',
    0x01,
    0x05,
    `AllFunctions AllFunctionsRequest CancelInvite-Request CancelInviteUser-Request Capability CapabilityList
    CapabilityRequest ClientCapability-Request ClientCapability-Response DigestBytes DigestSchema Disconnect
    Functions GetSPInfo-Request GetSPInfo-Response InviteID InviteNote Invite-Request Invite-Response InviteType
    InviteUser-Request InviteUser-Response KeepAlive-Request KeepAliveTime Login-Request Login-Response
    Logout-Request Nonce Password Polling-Request ResponseNote SearchElement SearchFindings SearchID SearchIndex
    SearchLimit KeepAlive-Response SearchPairList Search-Request Search-Response SearchResult Service-Request
    Service-Response SessionCookie StopSearch-Request TimeToLive SearchString CompletionFlag`,
  ],
  [
    '1.1',
    0x02,
    0x05,
    `ADDGM AttListFunc BLENT CAAUT CAINV CALI CCLI ContListFunc CREAG DALI DCLI DELGR FundamentalFeat FWMSG GALS
    GCLI GETGM GETGP GETLM GETM GETPR GETSPI GETWL GLBLU GRCHN GroupAuthFunc GroupFeat GroupMgmtFunc GroupUseFunc
    IMAuthFunc IMFeat IMReceiveFunc IMSendFunc INVIT InviteFunc MBRAC MCLS MDELIV NEWM NOTIF PresenceAuthFunc
    PresenceDeliverFunc PresenceFeat REACT REJCM REJEC RMVGM SearchFunc ServiceFunc SETD SETGP SRCH STSRC SUBGCN
    UPDPR WVCSPFeat`,
  ],
  [
    '1.1',
    0x03,
    0x05,
    `AcceptedCharSet AcceptedContentLength AcceptedContentType AcceptedTransferEncoding AnyContent DefaultLanguage
    InitialDeliveryMethod MultiTrans ParserSize ServerPollMin SupportedBearer SupportedCIRMethod TCPAddress
    TCPPort UDPPort`,
  ],
  [
    '1.1',
    0x04,
    0x05,
    `CancelAuth-Request ContactListProperties CreateAttributeList-Request CreateList-Request DefaultAttributeList
    DefaultContactList DefaultList DeleteAttributeList-Request DeleteList-Request GetAttributeList-Request
    GetAttributeList-Response GetList-Request GetList-Response GetPresence-Request GetPresence-Response
    GetWatcherList-Request GetWatcherList-Response ListManage-Request ListManage-Response
    UnsubscribePresence-Request PresenceAuth-Request PresenceAuth-User PresenceNotification-Request
    UpdatePresence-Request SubscribePresence-Request`,
  ],
  [
    '1.1',
    0x05,
    0x05,
    `Accuracy Address AddrPref Alias Altitude Building Caddr City ClientInfo ClientProducer ClientType
    ClientVersion CommC CommCap ContactInfo ContainedvCard Country Crossing1 Crossing2 DevManufacturer
    DirectContent FreeTextLocation GeoLocation Language Latitude Longitude Model NamedArea OnlineStatus PLMN PrefC
    PreferredContacts PreferredLanguage ReferredContent ReferredvCard Registration StatusContent StatusMood
    StatusText Street TimeZone UserAvailability Cap Cname Contact Cpriority Cstatus Note Zone`,
  ],
  [
    '1.1',
    0x06,
    0x05,
    `BlockList BlockEntity-Request DeliveryMethod DeliveryReport DeliveryReport-Request ForwardMessage-Request
    GetBlockedList-Request GetBlockedList-Response GetMessageList-Request GetMessageList-Response
    GetMessage-Request GetMessage-Response GrantList MessageDelivered MessageInfo MessageNotification NewMessage
    RejectMessage-Request SendMessage-Request SendMessage-Response SetDeliveryMethod-Request DeliveryTime`,
  ],
  [
    '1.1',
    0x07,
    0x05,
    `AddGroupMembers-Request Admin CreateGroup-Request DeleteGroup-Request GetGroupMembers-Request
    GetGroupMembers-Response GetGroupProps-Request GetGroupProps-Response GroupChangeNotice GroupProperties Joined
    JoinedRequest JoinGroup-Request JoinGroup-Response LeaveGroup-Request LeaveGroup-Response Left
    MemberAccess-Request Mod OwnProperties RejectList-Request RejectList-Response RemoveGroupMembers-Request
    SetGroupProps-Request SubscribeGroupNotice-Request SubscribeGroupNotice-Response Users WelcomeNote JoinGroup
    SubscribeNotification SubscribeType`,
  ],
  [
    '1.2',
    0x01,
    0x36,
    `ReceiveList VerifyID-Request Extended-Request Extended-Response AgreedCapabilityList ExtendedData OtherServer
    PresenceAttributeNSName SessionNSName TransactionNSName`,
  ],
  ['1.2', 0x02, 0x3d, 'MF MG MM'],
  ['1.2', 0x03, 0x14, 'CIRURL'],
  ['1.2', 0x04, 0x1e, 'Auto-Subscribe GetReactiveAuthStatus-Request GetReactiveAuthStatus-Response'],
  ['1.2', 0x05, 0x36, '- Inf_link InfoLink Link Text'],
  [
    '1.2',
    0x07,
    0x24,
    `GetJoinedUsers-Request GetJoinedUsers-Response AdminMapList AdminMapping Mapping ModMapping UserMapList
    UserMapping`,
  ],
  ['1.2', 0x08, 0x05, 'MP GETAUT GETJU VRID VerifyIDFunc'],
  [
    '1.2',
    0x09,
    0x05,
    `CIR Domain ExtBlock HistoryPeriod IDList MaxWatcherList ReactiveAuthState ReactiveAuthStatus
    ReactiveAuthStatusList Watcher WatcherStatus`,
  ],
  ['1.2', 0x0a, 0x05, 'WV-CSP-VersionDiscovery-Request WV-CSP-VersionDiscovery-Response VersionList'],
  [
    '1.3',
    0x03,
    0x14,
    `CIRHTTPAddress UDPAddress AcceptedPullLength AcceptedPushLength AcceptedRichContentLength
    AcceptedTextContentLength OfflineETEMHandling PlainTextCharset SessionPriority SupportedOfflineBearer -
    UserSessionLimit CIRSMSAddress MultiTransPerMessage OnlineETEMHandling ContentPolicy ContentPolicyLimit`,
  ],
  ['1.3', 0x04, 0x1e, 'AutoSubscribe'],
  ['1.3', 0x04, 0x21, 'CreateList-Response'],
  ['1.3', 0x05, 0x3b, 'ClientContentLimit ClientIMPriority MaxPullLength MaxPushLength'],
  ['1.3', 0x06, 0x20, 'MessageInfoList ForwardMessage-Response'],
  ['1.3', 0x07, 0x2c, 'JoinedBlocked LeftBlocked'],
  ['1.3', 0x08, 0x0a, 'GETMAP SGMNT EXCON OFFNOTIF ADVSR'],
  ['1.3', 0x09, 0x0b, 'AnswerOptionText'],
  [
    '1.3',
    0x09,
    0x10,
    `Font Size Style Color ContentName Map NotificationType NotificationTypeList FriendlyName ClearPublicProfile
    PublicProfile AnswerOption AnswerOptionID AnswerOptions ApplicationID AuthorizeAndGrant ChosenOptionID
    ContactListNotify DefaultNotify ExtendConversationUser InText SegmentCount SegmentID SegmentInfo
    SegmentReference SystemMessage SystemMessageID SystemMessageList SystemMessageResponse
    SystemMessageResponseList - SystemMessageText TryAgainTimeout UserNotify VerificationKey VerificationMechanism
    GetMap-Request GetMap-Response ExtendConversationID WatcherCount RequiresResponse ExtBlockETEM
    GroupContentLimit MessageTotalCount UnrecognizedUserID UserIDPair ValidUserID UserIDList`,
  ],
  [
    '1.3',
    0x0a,
    0x08,
    `SubscribeNotification-Request UnsubscribeNotification-Request Notification-Request AdvancedCriteria PairID
    GetPublicProfile-Request GetPublicProfile-Response UpdatePublicProfile-Request DropSegment-Request
    ExtendConversation-Response ExtendConversation-Request GetSegment-Request GetSegment-Response
    SystemMessage-Request SystemMessage-User SearchPair SegmentContent`,
  ],
  ['1.3', 0x0b, 0x05, 'GrantListInUse BlockListInUse ContactListIDList AnswerOptionsText'],
];

/** A code page and a token in one number. */
export const tagCode = (page: number, token: number): number => page * 0x100 + token;

export interface TagTokens {
  readonly nameOf: ReadonlyMap<number, string>;
  readonly codeOf: ReadonlyMap<string, number>;
}

function tagTokens(version: CspVersion): TagTokens {
  const nameOf = new Map<number, string>();
  for (const [since, page, first, names] of RUNS)
    for (const [offset, name] of names.split(/\s+/).entries())
      if (since <= version && name !== '-') nameOf.set(tagCode(page, first + offset), name);
  return { nameOf, codeOf: new Map(Array.from(nameOf, ([code, name]) => [name, code])) };
}

export const TAG_TOKENS: ReadonlyMap<CspVersion, TagTokens> = new Map(
  CSP_VERSIONS.map((version) => [version, tagTokens(version)]),
);
