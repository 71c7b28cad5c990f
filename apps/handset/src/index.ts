export { FrontError, type Leg } from './front-line.js';
export { begin, type Habit, NotLoggedIn, stay } from './habits.js';
export { Handset, type HandsetOptions, type Heard } from './handset.js';
export { describeLeg, hexOf } from './describe.js';
