import { Client } from 'undici';

const MEDIA_TYPE = 'application/vnd.wv.ssp+xml';

/** An answer that is not the one that the operation needs. */
export class WrongAnswer extends Error {}

/** One connection of a peer; one request at a time. */
export class Line {
  private readonly client: Client;
  private readonly path: string;

  constructor(url: string) {
    const { origin, pathname } = new URL(url);
    this.client = new Client(origin, { pipelining: 1 });
    this.path = pathname;
  }

  /** @throws WrongAnswer for another HTTP status than 200 */
  async post(body: string | Buffer): Promise<string> {
    const answer = await this.client.request({
      method: 'POST',
      path: this.path,
      headers: { 'content-type': MEDIA_TYPE },
      body,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new WrongAnswer(`HTTP ${answer.statusCode}`);
    return text;
  }

  close(): Promise<void> {
    return this.client.destroy();
  }
}
