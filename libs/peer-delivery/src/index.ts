export { backOffMs } from './back-off.js';
export { DeliverDisconnects, type DeliveryLimits, type DeliveryPass } from './deliver-disconnects.js';
export { DeliveryQueues, type DeliveryReport } from './delivery-queues.js';
export { learnSupport } from './learn-support.js';
export { answerOf } from './settle-disconnect.js';
