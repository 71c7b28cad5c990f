import { describe, expect, it } from '@jest/globals';
import { worldForThisFile } from '../../support/service/conformance-world.js';

const world = worldForThisFile();

describe('a domain that is not for this peer (§4) is refused in the answer that the operation has', () => {
  // Served here, but the agreement with the operator does not name it; and not served at all.
  it.each([
    ['elsewhere.example', 403],
    ['nowhere.example', 516],
  ])('%s: %d', async (domain, code) => {
    const user = world.newUser().as({ userID: `wv:somebody@${domain}` });
    const id = '00aaaaaaaaaaaaaaaaaaaaaaaa';
    const answers = [
      await user.logIn(),
      await user.challenge('SHA'),
      await user.keepAlive(id),
      await user.logOut(id),
      await user.negotiate(id, undefined),
      await world.operator.ask(
        `<GetSPInfoRequest serviceID="wv:@${domain}">${world.operator.metaInfo}</GetSPInfoRequest>`,
      ),
    ];
    expect(answers.map((answer) => [answer.kind, answer.code])).toEqual([
      ['UserLoginResponse', code],
      ['UserLoginResponse', code],
      ['UserKeepAliveResponse', code],
      ['Status', code],
      ['UserServiceResponse', code],
      ['GetSPInfoResponse', code],
    ]);
  });
});
