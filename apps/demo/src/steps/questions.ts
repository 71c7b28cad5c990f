import { pathsOf } from '../../../sap1/src/index.js';
import { expectThat } from '../demo-failure.js';
import { during, expectLegs, expectResult, type Step } from '../scene.js';
import { SP_INFO } from '../cast.js';

export const negotiation: Step = {
  title: 'The phone asks what it may do',
  explanation:
    'The first question is about the line: the longest message, or the pause between polls. SAP 1 holds the line, so ' +
    'it answers without SAP 2. What the service offers is a matter of the provider, so SAP 1 relays the second ' +
    'question. This provider offers presence and messages, and denies groups. The third question is for a presence ' +
    'server, which is not part of this project: 506, service not agreed.',
  shows: 'SAP 1 answers for the line, SAP 2 answers for the services',

  async play(scene) {
    const { alicesPhone } = scene;
    expectLegs(await during(scene, () => alicesPhone.negotiateCapabilities()), [
      'phone-1 ──► SAP 1 ClientCapability-Request',
      'phone-1 ◄── SAP 1 ClientCapability-Response',
    ]);
    const legs = await during(scene, async () => {
      const heard = await alicesPhone.negotiateServices();
      const denied = heard?.kind === 'Service-Response' ? pathsOf(heard.functions) : [];
      const isRight = denied.length > 0 && denied.every((path) => path.startsWith('GroupFeat'));
      expectThat(isRight, `Groups alone should be denied, and this is: ${denied.join(', ') || 'nothing'}.`);
    });
    expectLegs(legs, [
      'phone-1 ──► SAP 1 Service-Request',
      'SAP 1 ──► SAP 2 UserServiceRequest',
      'SAP 1 ◄── SAP 2 UserServiceResponse',
      'phone-1 ◄── SAP 1 Service-Response',
    ]);
    const presence = await during(scene, async () =>
      expectResult(await alicesPhone.askPresence(), 506, 'the question for presence'),
    );
    expectLegs(presence, ['phone-1 ──► SAP 1 GetPresence-Request', 'phone-1 ◄── SAP 1 Status']);
  },
};

export const spInfo: Step = {
  title: 'Who is the provider?',
  explanation:
    'The phone wants to show Alice whose service this is. SAP 1 asks SAP 2 for the name, a description and a link.',
  shows: 'the provider’s information about itself, on the phone',

  async play(scene) {
    const { alicesPhone } = scene;
    const legs = await during(scene, async () => {
      const heard = await alicesPhone.spInfo();
      const name = heard?.kind === 'GetSPInfo-Response' ? heard.name : undefined;
      expectThat(name === SP_INFO.name, `The provider should be called ${SP_INFO.name}, and is ${name}.`);
    });
    expectLegs(legs, [
      'phone-1 ──► SAP 1 GetSPInfo-Request',
      'SAP 1 ──► SAP 2 GetSPInfoRequest',
      'SAP 1 ◄── SAP 2 GetSPInfoResponse',
      'phone-1 ◄── SAP 1 GetSPInfo-Response',
    ]);
  },
};
