import type { Sap1, TracedMessage } from '../../sap1/src/index.js';
import type { Administrator } from './administrator.js';
import { DemoFailure } from './demo-failure.js';
import type { Device } from './device.js';
import type { Screen } from './screen.js';
import type { Secrets } from './stage.js';

/** Who is there, and what has been said so far. */
export interface Scene {
  readonly screen: Screen;
  readonly sap1: Sap1;
  readonly administrator: Administrator;
  readonly alicesPhone: Device;
  readonly alicesTablet: Device;
  readonly bobsPhone: Device;
  readonly secrets: Secrets;
  /** Every SSP message, oldest first. */
  readonly said: readonly TracedMessage[];
}

/** One step of the play. */
export interface Step {
  readonly title: string;
  /** For a reader who does not know IMPS. */
  readonly explanation: string;
  /** What the audience has seen when it is over. */
  readonly shows: string;
  /** @throws DemoFailure when it is not as `shows` says */
  play(scene: Scene): Promise<void>;
}

/** The push that ends this device's session. */
export async function pushFor(scene: Scene, device: Device, withinMs: number) {
  try {
    return await scene.sap1.disconnectOf(device.sessionID, AbortSignal.timeout(withinMs));
  } catch (error) {
    throw new DemoFailure(
      `SAP 2 should have notified SAP 1 within ${withinMs / 1000} s that it ended the session.`,
      {
        cause: error,
      },
    );
  }
}
