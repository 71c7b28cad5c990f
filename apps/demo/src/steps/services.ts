import { functionsOf, pathsOf } from '../../../sap1/src/index.js';
import { expectCode, expectThat } from '../demo-failure.js';
import type { Step } from '../scene.js';
import { SP_INFO } from '../stage.js';

export const negotiation: Step = {
  title: 'The phone asks what it may do',
  explanation:
    'Services form a tree: features, functions, single abilities. The phone asks for some of it. This provider has ' +
    'presence and messages on offer, and no groups. The answer names only what is denied.',
  shows: 'services are negotiated, and what is not on offer is denied',

  async play({ sap1, alicesPhone }) {
    const wanted = ['PresenceFeat/PresenceDeliverFunc', 'IMFeat/IMSendFunc/MDELIV', 'GroupFeat/GroupUseFunc'];
    const answer = await sap1.negotiate(alicesPhone.sessionID, functionsOf(wanted));
    expectCode(answer, 200, 'the negotiation');
    const denied = answer.kind === 'UserServiceResponse' ? pathsOf(answer.functions) : [];
    const rightly = denied.length > 0 && denied.every((path) => path.startsWith('GroupFeat'));
    expectThat(rightly, `Groups alone should be denied, and this is: ${denied.join(', ') || 'nothing'}.`);
  },
};

export const spInfo: Step = {
  title: 'Who is the provider?',
  explanation:
    'The phone wants to show its user whose service this is. SAP 1 asks for the name, a description and a link.',
  shows: 'the provider’s information about itself',

  async play({ sap1, alicesPhone }) {
    const answer = await sap1.getSPInfo(undefined, alicesPhone.user);
    expectCode(answer, 200, 'the question for information');
    const name = answer.kind === 'GetSPInfoResponse' ? answer.name : undefined;
    expectThat(name === SP_INFO.name, `The provider should be called ${SP_INFO.name}, and is ${name}.`);
  },
};
