export { DeliverDisconnects, type DeliveryPass } from './deliver-disconnects.js';
export {
  DEFAULT_LANE_LIMIT,
  DEFAULT_LANE_TIMES,
  DeliveryLanes,
  type DeliveryReport,
  type LaneTimes,
  type Pause,
} from './delivery-lanes.js';
