import type { ResponsePrimitive } from '@sap2/ssp-wire';
import { admit } from './message/admit.step.js';
import { answerFailures } from './message/answer-failures.step.js';
import { answerMode } from './message/answer-mode.step.js';
import { answerSetUp } from './message/answer-set-up.step.js';
import { decode } from './message/decode.step.js';
import { hearAnswers } from './message/hear-answers.step.js';
import { hearSetUp } from './message/hear-set-up.step.js';
import { limitSetUps } from './message/limit-set-ups.step.js';
import type { Answer, Arrived } from './message/message.js';
import { passGate } from './message/pass-gate.step.js';
import { recognise } from './message/recognise.step.js';
import { runTransactions } from './message/run-transactions.step.js';
import { first, type Run } from './steps.js';
import { answerFailure } from './transaction/answer-failure.step.js';
import { handle } from './transaction/handle.step.js';
import { keepOrder } from './transaction/keep-order.step.js';
import { limitLogins } from './transaction/limit-logins.step.js';
import { measure } from './transaction/measure.step.js';
import { read } from './transaction/read.step.js';
import { repeat } from './transaction/repeat.step.js';
import { takeTurn } from './transaction/take-turn.step.js';
import type { Transaction } from './transaction/transaction.js';

type Needs<Make extends (on: never) => unknown> = Parameters<Make>[0];

/** What the steps need together: each says by its own type what it needs. */
export type PipelineNeeds = Needs<typeof answerFailures> &
  Needs<typeof passGate> &
  Needs<typeof decode> &
  Needs<typeof recognise> &
  Needs<typeof hearSetUp> &
  Needs<typeof admit> &
  Needs<typeof answerMode> &
  Needs<typeof answerSetUp> &
  Needs<typeof hearAnswers> &
  Needs<typeof measure> &
  Needs<typeof takeTurn> &
  Needs<typeof repeat>;

/** Every message of a peer takes these steps down, and its answer takes them back (ssp-binding §2). */
const MESSAGE_STEPS = (
  on: PipelineNeeds,
  transaction: Run<Transaction, ResponsePrimitive>,
): Run<Arrived, Answer> =>
  first(answerFailures(on))
    .next(passGate(on))
    .next(decode(on))
    .next(recognise(on))
    .next(hearSetUp(on))
    .next(limitSetUps())
    .next(admit(on))
    .next(answerMode(on))
    .next(answerSetUp(on))
    .next(hearAnswers(on))
    .last(runTransactions(on, transaction));

/** Every request in a message takes these (ssp-binding §1, §6). */
const TRANSACTION_STEPS = (on: PipelineNeeds): Run<Transaction, ResponsePrimitive> =>
  first(keepOrder(on))
    .next(measure(on))
    .next(read(on))
    .next(answerFailure(on))
    .next(takeTurn(on))
    .next(repeat(on))
    .next(limitLogins(on))
    .last(handle);

export const pipeline = (on: PipelineNeeds): Run<Arrived, Answer> => MESSAGE_STEPS(on, TRANSACTION_STEPS(on));
