import { readFileSync } from 'node:fs';
import { CallbackAnswers } from '../callback-answers.js';
import type { SspSession } from '../open-ssp-session.js';
import { SspLink } from '../ssp-link.js';
import type { SapTls } from '../tls.js';
import type { Trace } from '../trace.js';
import type { GatewaySettings, ProviderSettings } from './config/gateway-settings.js';
import type { GatewayReport } from './gateway-report.js';
import type { GatewayTime } from './gateway-time.js';
import { CallbackReplies } from './providers/callback-replies.js';
import type { CallbackWays } from './providers/callback-router.js';

/** For one attempt; a request has time for two of them before its handset gets 504. */
const ATTEMPT_MS = 8000;
/** Connections to one SAP 2. More requests wait for a free one. */
const CONNECTIONS = 64;
/** How long the goodbye to a SAP 2 may take. */
const GOODBYE_MS = 2000;

/** The SSP link to each SAP 2, and in callback mode what its answers come by. */
export class GatewayLinks {
  readonly all: ReadonlyMap<ProviderSettings, SspLink>;
  readonly #ways = new Map<string, CallbackWays>();

  constructor(
    settings: GatewaySettings,
    time: GatewayTime,
    report: GatewayReport,
    onSession: (session: SspSession) => void,
    trace: Trace | undefined,
  ) {
    this.all = new Map(
      settings.providers.map((provider) => {
        const { serviceID, answerMode, sharedSecret, url, tls } = provider;
        const answers = answerMode === 'callback' ? new CallbackAnswers() : undefined;
        const link = new SspLink(
          {
            ownServiceID: settings.serviceID,
            sharedSecret,
            sspUrl: url,
            peerServiceID: serviceID,
            deadlineMs: ATTEMPT_MS,
            connections: CONNECTIONS,
            trace,
            tls: tls && tlsOf(tls),
            callback: answers,
          },
          onSession,
        );
        if (answers !== undefined) this.#ways.set(serviceID, waysOf(serviceID, link, answers, time, report));
        return [provider, link];
      }),
    );
  }

  waysOf(serviceID: string): CallbackWays | undefined {
    return this.#ways.get(serviceID);
  }

  /** Ends the SSP sessions, so that no SAP 2 pushes to a process that is gone. User sessions stay. */
  async goodbye(): Promise<void> {
    await Promise.all(Array.from(this.all.values(), goodbye));
  }
}

function waysOf(
  serviceID: string,
  link: SspLink,
  answers: CallbackAnswers,
  time: GatewayTime,
  report: GatewayReport,
): CallbackWays {
  const replies = new CallbackReplies(
    (message) => link.reply(message),
    time,
    (detail) => report.answerLost(serviceID, detail),
  );
  return {
    answers,
    replies: {
      get isFull() {
        return replies.isFull;
      },
      send: (message) => void replies.send(message).catch((error: unknown) => report.failed(error)),
    },
  };
}

const tlsOf = ({ caFile, certificateFile, keyFile }: NonNullable<ProviderSettings['tls']>): SapTls => ({
  ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
  cert: certificateFile === undefined ? undefined : readFileSync(certificateFile, 'utf8'),
  key: keyFile === undefined ? undefined : readFileSync(keyFile, 'utf8'),
});

async function goodbye(link: SspLink): Promise<void> {
  if (link.session !== undefined) {
    const said = link.ask({ kind: 'LogoutRequest' }).catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
    await Promise.race([said, late]);
    clearTimeout(timer);
  }
  await link.close();
}
