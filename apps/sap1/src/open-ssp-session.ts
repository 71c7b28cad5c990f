import type { SetupMessage, SetupPrimitive } from '@sap2/ssp-wire';
import {
  agreedTimeToLiveS,
  announcement,
  loginRequest,
  newSspSessionID,
  newToken,
  provesSecret,
  provesSession,
  type SapIdentity,
  secretToken,
  setupMessage,
} from './set-up-messages.js';
import { SspError } from './ssp-error.js';

/** An SSP session that is up. Each side names it by an id of its own, and a message carries its sender's. */
export interface SspSession {
  readonly peerServiceID: string;
  readonly ownID: string;
  readonly peerID: string;
  /** Silence after which the peer's id is good no more. */
  readonly timeToLiveS: number;
}

/** Sends one set-up message; gives what came back. */
export type AskSetup = (message: SetupMessage) => Promise<SetupPrimitive>;

/** In callback mode a stranger can send a message 2. Gives another one that came; undefined: no other came. */
export type OtherHello = () => Promise<SetupPrimitive | undefined>;

type Hello = Extract<SetupPrimitive, { readonly kind: 'SendSecretToken' }>;
type Proof = Extract<SetupPrimitive, { readonly kind: 'LoginRequest' }>;

/**
 * Messages 1–6 as the side that begins (ssp-binding §3). Both sides prove that they know the shared secret, over a
 * fresh token of the other side. So neither the secret nor a reusable value is sent.
 *
 * @param expectedPeer refuse any other server; undefined: accept any server that proves the secret
 * @throws SspError `set-up-refused`, `untrusted`, `not-the-binding`, or the errors of `ask`
 */
export async function openSspSession(
  identity: SapIdentity,
  expectedPeer: string | undefined,
  transactionID: string,
  ask: AskSetup,
  otherHello: OtherHello = async () => undefined,
): Promise<SspSession> {
  const { ownServiceID } = identity;
  const say = (primitive: SetupPrimitive): Promise<SetupPrimitive> =>
    ask(setupMessage('Request', transactionID, primitive));

  const ourToken = newToken();
  const first = await say(secretToken(ownServiceID, ourToken));
  const { hello, proof } = await firstAccepted(first, otherHello, (one) => {
    if (expectedPeer !== undefined && one.serviceID !== expectedPeer) {
      throw new SspError('untrusted', `${one.serviceID} answered instead of ${expectedPeer}`);
    }
    return say(loginRequest(identity, one.serviceID, one.secretToken));
  });
  const peer = hello.serviceID;
  if (!provesSecret(proof, identity, peer, ourToken)) {
    throw new SspError('untrusted', `${peer} does not know the secret of the agreement`);
  }

  const ownID = newSspSessionID(ownServiceID);
  const tokens = { receiverToken: hello.secretToken, senderToken: ourToken };
  const welcome = await say(announcement(identity, peer, tokens, ownID));
  if (welcome.kind !== 'LoginResponse' || welcome.status.code !== 200 || welcome.sessionID === undefined) {
    throw refusal(welcome, 'message 5');
  }
  const theirs = { receiverToken: ourToken, senderToken: hello.secretToken };
  if (!provesSession(welcome, identity, peer, theirs)) {
    throw new SspError('untrusted', `Message 6 of ${peer} has a missing or wrong session proof`);
  }
  const timeToLiveS = agreedTimeToLiveS(welcome.timeToLive);
  return { peerServiceID: peer, ownID, peerID: welcome.sessionID, timeToLiveS };
}

/** Message 3 for one message 2 after the other, until SAP 2 takes one: a stranger has sent the others. */
async function firstAccepted(
  first: SetupPrimitive,
  otherHello: OtherHello,
  prove: (hello: Hello) => Promise<SetupPrimitive>,
): Promise<{ readonly hello: Hello; readonly proof: Proof }> {
  if (first.kind !== 'SendSecretToken') throw refusal(first, 'message 1');
  for (let hello: SetupPrimitive = first; ;) {
    const proof = await prove(hello);
    if (proof.kind === 'LoginRequest') return { hello, proof };
    const other = proof.kind === 'LoginResponse' ? await otherHello() : undefined;
    if (other?.kind !== 'SendSecretToken') throw refusal(proof, 'message 3');
    hello = other;
  }
}

function refusal(answer: SetupPrimitive, to: string): SspError {
  if (answer.kind !== 'LoginResponse' || answer.status.code === 200) {
    return new SspError('not-the-binding', `SAP 2 answered ${to} of the set-up with ${answer.kind}`);
  }
  const { code, description } = answer.status;
  return new SspError(
    'set-up-refused',
    `The answer to ${to} of the set-up is ${code} ${description ?? ''}`.trim(),
    code,
  );
}
