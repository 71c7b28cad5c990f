export { DeliverDisconnects, type DeliveryLimits, type DeliveryPass } from './deliver-disconnects.js';
export { DeliveryLanes, type DeliveryReport, type LaneTimes, type Pause } from './delivery-lanes.js';
export { learnSupport } from './learn-support.js';
export { answerOf } from './settle-disconnect.js';
