/**
 * The operator’s gateway: CSP for handsets, SSP for each SAP 2. Read it in this order:
 *
 * 1. `gateway.ts`: the listeners. `gateway-core.ts`: everything between them.
 * 2. `front/csp-front.ts`: from the bytes of a handset to its answer. One handler for each kind of request.
 * 3. `sessions/session-book.ts`: the state of each CSP session, and its times.
 * 4. `providers/provider.ts`: one SAP 2, its repetitions and its circuit.
 */
export { parseGatewaySettings, readGatewaySettings } from './config/read-gateway-settings.js';
export { type Gateway, startGateway } from './gateway.js';
