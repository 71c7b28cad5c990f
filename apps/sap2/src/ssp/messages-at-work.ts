/** Messages of each peer that this process works on now. */
export class MessagesAtWork {
  private readonly counts = new Map<string, number>();

  of(peer: string): number {
    return this.counts.get(peer) ?? 0;
  }

  begin(peer: string): void {
    this.counts.set(peer, this.of(peer) + 1);
  }

  end(peer: string): void {
    const left = this.of(peer) - 1;
    if (left > 0) this.counts.set(peer, left);
    else this.counts.delete(peer);
  }
}
