/** Words that only this project uses so, or that hide who acts; each with what to write instead. */
export const RIDDLES: readonly (readonly [riddle: RegExp, instead: string])[] = [
  [/\bnobody\b/iu, 'no peer, no user, no process …'],
  [/\bwhoever\b/iu, 'the peer that …, a user who …'],
  [/\b(?:is|are|was|were|be) none\b/iu, 'say what does not exist'],
  [/\btold\b/iu, 'informed, notified, reported, recorded'],
  [/\bdoors?\b/iu, 'listener, port, interface'],
  [/\blanes?\b/iu, 'queue of a peer'],
  [/\bstomach\b/iu, 'buffer'],
  [/\bvouch\w*/iu, 'sign (of an authority)'],
  [/\b(?:peers?|SAP) of the field\b/iu, 'an existing peer'],
  [/\bghosts?\b/iu, 'a session that ended elsewhere'],
  [/\b(?:turned away|let in|thrown out)\b/iu, 'refused, admitted, ended'],
  [/\b(?:any|some)body\b/iu, 'a user, a peer, a stranger, an administrator'],
];
