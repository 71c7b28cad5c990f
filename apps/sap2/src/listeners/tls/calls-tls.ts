import type { Config } from '@sap2/config';
import type { EventLog } from '@sap2/observability';
import type { PeerTls } from '@sap2/peer-link';
import type { TlsState } from './listener-tls.js';
import { FollowedFiles } from './followed-files.js';
import { type CallsMaterial, lookAtCalls, namedFile, sayLoaded } from './tls-files.js';

/** Whom we believe, and what we show, when we call a peer. */
export class CallsTls {
  private constructor(private readonly followed: FollowedFiles<CallsMaterial>) {}

  /** @throws UnusableTlsFiles */
  static async open(config: Config, log: EventLog): Promise<CallsTls> {
    const files = {
      certificate: namedFile('SAP2_PEER_TLS_CERTIFICATE_FILE', config.peerTlsCertificateFile),
      key: namedFile('SAP2_PEER_TLS_KEY_FILE', config.peerTlsKeyFile),
      ca: namedFile('SAP2_PEER_TLS_CA_FILE', config.peerTlsCaFile),
    };
    const taken = ({ own }: CallsMaterial): void => {
      if (own !== undefined) sayLoaded(log, 'calls', own);
    };
    return new CallsTls(await FollowedFiles.open(() => lookAtCalls(files, Date.now()), taken, log));
  }

  /** The same object until the files change. */
  get context(): PeerTls {
    return this.followed.current.context;
  }

  /** Of the certificate that we show, if we show one. */
  get states(): readonly TlsState[] {
    const { current, refusal } = this.followed;
    if (current.own === undefined) return [];
    return [
      { listener: 'calls', expiresAtMs: current.own.expiresAtMs, refusal, failedHandshakes: undefined },
    ];
  }

  reload(): Promise<void> {
    return this.followed.reload();
  }
}
