import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Lines end so in both directions. */
const LINE_END = '\r\n';

/**
 * The STCP channel of a handset. The front sends a line over it when there is something to poll for (csp-front §6).
 */
export class WakeUp {
  private constructor(private readonly socket: Socket) {}

  /**
   * @param at `host:port`
   * @param wake called at each wake-up
   * @throws Error if the front does not take the session
   */
  static open(at: string, sessionID: string, wake: () => void): Promise<WakeUp> {
    const colon = at.lastIndexOf(':');
    const socket = connect({ host: at.slice(0, colon), port: Number(at.slice(colon + 1)) });
    return new Promise((resolve, reject) => {
      socket.on('error', reject).on('close', () => {
        reject(new Error(`${at} closed the STCP connection.`));
        // The session is over perhaps: a poll tells.
        wake();
      });
      createInterface({ input: socket }).on('line', (line) => {
        if (line.startsWith('WVCI ')) wake();
        else if (line === 'OK') resolve(new WakeUp(socket));
      });
      socket.write(`HELO ${sessionID}${LINE_END}`);
    });
  }

  /** Keeps the connection open through gateways that close a silent one. */
  ping(): void {
    this.socket.write(`PING${LINE_END}`);
  }

  close(): void {
    this.socket.destroy();
  }
}
