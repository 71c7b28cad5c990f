export { DeliverDisconnects, type DeliveryLimits, type DeliveryPass } from './deliver-disconnects.js';
export { DeliveryLanes, type DeliveryReport, type LaneTimes, type Pause } from './delivery-lanes.js';
