import { createServer, connect as connectTo, type AddressInfo, type Server, type Socket } from 'node:net';
import type { RawPeer } from '../../../tests/support/peers/raw-http.js';
import { PushDoor } from '../../../tests/support/peers/push-door.js';
import { nowMs } from './figures.js';

export interface Heard {
  readonly id: string;
  readonly transactionID: string;
  readonly atMs: number;
}

/** A peer that acknowledges each of its disconnects. It can be away; then its port is closed. */
export class HearingPeer {
  readonly heard: Heard[] = [];
  /** Of sessions, not of messages. */
  readonly ids = new Set<string>();
  private readonly lines = new Set<Socket>();
  private line: Server | undefined;

  private constructor(
    private readonly door: PushDoor,
    private port: number,
  ) {
    door.answer = ({ pushes }) => {
      const atMs = nowMs();
      for (const { userSessionID: id, transactionID } of pushes) {
        this.heard.push({ id, transactionID, atMs });
        this.ids.add(id);
      }
      // What is counted here is not kept there too: the memory is for what is measured.
      door.messages.length = 0;
      door.traffic.length = 0;
      return undefined;
    };
  }

  static async open(peer: RawPeer): Promise<HearingPeer> {
    const hearing = new HearingPeer(await PushDoor.open(peer), 0);
    await hearing.comeBack();
    return hearing;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/push`;
  }

  get faults(): readonly string[] {
    return this.door.faults;
  }

  goAway(): void {
    this.line?.close();
    for (const socket of this.lines) socket.destroy();
  }

  /** At the address of before. */
  async comeBack(): Promise<void> {
    const line = createServer((socket) => {
      const inner = connectTo(this.door.port, '127.0.0.1');
      for (const [one, other] of [
        [socket, inner],
        [inner, socket],
      ] as const) {
        this.lines.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.lines.delete(one);
          other.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => line.listen(this.port, '127.0.0.1', resolve));
    this.port = (line.address() as AddressInfo).port;
    this.line = line;
  }

  close(): void {
    this.goAway();
    this.door.close();
  }
}
