import type { SetUpResponder } from '@sap2/peer-link';
import type { Step } from '../steps.js';
import { nothing, type OfSession, type Recognised, type Served } from './message.js';

/** A message of a set-up ends here. */
export const answerSetUp =
  ({
    responder,
  }: {
    readonly responder: Pick<SetUpResponder, 'answer'>;
  }): Step<Recognised, OfSession, Served> =>
  (heard, next) => {
    if (heard.kind === 'session') return next(heard);
    const { message, agreement, arrival } = heard;
    return responder
      .answer(message, agreement, arrival.address)
      .then((answer) => ({ message: answer, handedOver: nothing }));
  };
