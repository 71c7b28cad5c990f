import { CSP_VERSIONS, type CspVersion } from '../messages.js';

/** Texts with consecutive tokens, and the first version that has them. `-` stands for a gap. */
type Run = readonly [since: CspVersion, first: number, texts: string];

/** What one EXT_T_0 stands for. Where a version gave a token to another text, the later run counts. */
const RUNS: readonly Run[] = [
  [
    '1.1',
    0x00,
    `AccessType ActiveUsers Admin application/ application/vnd.wap.mms-message application/x-sms AutoJoin BASE64
    Closed Default DisplayName F G GR http:// https:// image/ Inband IM MaxActiveUsers Mod Name None N Open Outband
    PR Private PrivateMessaging PrivilegeLevel Public P Request Response Restricted ScreenName Searchable S SC
    text/ text/plain text/x-vCalendar text/x-vCard Topic T Type U US www.wireless-village.org`,
  ],
  [
    '1.1',
    0x3d,
    `GROUP_ID GROUP_NAME GROUP_TOPIC GROUP_USER_ID_JOINED GROUP_USER_ID_OWNER HTTP SMS STCP SUDP USER_ALIAS
    USER_EMAIL_ADDRESS USER_FIRST_NAME USER_ID USER_LAST_NAME USER_MOBILE_NUMBER USER_ONLINE_STATUS WAPSMS WAPUDP
    WSP`,
  ],
  [
    '1.1',
    0x5b,
    `ANGRY ANXIOUS ASHAMED AUDIO_CALL AVAILABLE BORED CALL CLI COMPUTER DISCREET EMAIL EXCITED HAPPY IM IM_OFFLINE
    IM_ONLINE IN_LOVE INVINCIBLE JEALOUS MMS MOBILE_PHONE NOT_AVAILABLE OTHER PDA SAD SLEEPY SMS VIDEO_CALL
    VIDEO_STREAM`,
  ],
  ['1.2', 0x31, 'AutoDelete GM Validity DENIED GRANTED PENDING ShowID'],
  ['1.2', 0x50, 'GROUP_USER_ID_AUTOJOIN'],
  ['1.2', 0xa4, 'SSMS SHTTP'],
  ['1.3', 0x38, 'RequireInvitation Tiny PPU SPA ANC'],
  ['1.3', 0x51, 'AND AC BLC BLUC CLCR CLD GC GD GLC ANU'],
  ['1.3', 0x68, 'AP'],
  [
    '1.3',
    0x78,
    `www.openmobilealliance.org Small Medium Big Huge Bold Italic Underline Black Silver Gray White Maroon Red
    Purple Fuchsia Green Lime Olive Yellow Navy Blue Teal Aqua ATCL CLC - USER_CITY USER_COUNTRY USER_FRIENDLY_NAME
    USER_GENDER USER_INTENTION USER_INTERESTS_HOBBIES USER_MARITAL_STATUS PRIORITYREJECT PRIORITYSTORE REJECT
    SENDREJECT SENDSTORE IR EC GLUC IA IC`,
  ],
  [
    '1.3',
    0xa6,
    `DoNotNotify GMAU GMG GMR GMU DETECT FORKALL OEU SERVERLOGIC PP_AGE PP_CITY PP_COUNTRY PP_FRIENDLY_NAME
    PP_FREE_TEXT PP_GENDER PP_INTENTION PP_INTERESTS PP_MARITAL_STATUS USER_AGE_MAX USER_AGE_MIN EG MinimumAge C
    CURRENT_SUBSCRIBER FORMER_SUBSCRIBER PRESENCE_ACCESS R`,
  ],
];

function valueTokens(version: CspVersion): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const [since, first, run] of RUNS)
    for (const [offset, text] of run.split(/\s+/).entries())
      if (since <= version && text !== '-') texts.set(first + offset, text);
  return texts;
}

export const VALUE_TOKENS: ReadonlyMap<CspVersion, ReadonlyMap<number, string>> = new Map(
  CSP_VERSIONS.map((version) => [version, valueTokens(version)]),
);

/** The few that are written as tokens. Each version has them, with the same numbers. */
export const WRITTEN_VALUES: ReadonlyMap<string, number> = new Map([
  ['F', 0x0b],
  ['Inband', 0x11],
  ['Outband', 0x19],
  ['Request', 0x20],
  ['Response', 0x21],
  ['T', 0x2c],
]);
