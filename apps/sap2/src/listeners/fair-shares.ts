/** Who takes a place: a peer, or as far as we know a stranger by its source address. */
export type Speaker = { readonly peer: string } | { readonly address: string };

/** One place in so many is kept for newcomers. */
const RESERVE = 10;

/**
 * Divides the places of this process among those who speak (docs/adr/0019). A share is what each would have if one more
 * came. A peer may hold more while a whole share stays free. The last tenth is for speakers without a place, so a
 * newcomer finds one beside any number of floods. All strangers together count as one speaker and hold one share at most.
 * Their addresses divide this share, which has its own reserve.
 */
export class FairShares {
  private readonly peers = new Map<string, number>();
  private readonly strangers = new Map<string, number>();
  private heldByPeers = 0;
  private heldByStrangers = 0;

  constructor(private readonly places: number) {}

  /** False: the speaker has to wait. */
  take(speaker: Speaker): boolean {
    return 'peer' in speaker ? this.takeAsPeer(speaker.peer) : this.takeAsStranger(speaker.address);
  }

  giveBack(speaker: Speaker): void {
    const [held, name] =
      'peer' in speaker
        ? ([this.peers, speaker.peer] as const)
        : ([this.strangers, speaker.address] as const);
    if ('peer' in speaker) this.heldByPeers -= 1;
    else this.heldByStrangers -= 1;
    const left = (held.get(name) ?? 0) - 1;
    if (left > 0) held.set(name, left);
    else held.delete(name);
  }

  private takeAsPeer(peer: string): boolean {
    const held = this.peers.get(peer) ?? 0;
    const share = this.share(this.peers.size + (held === 0 ? 1 : 0), this.strangers.size > 0);
    if (!hasRoom(held, this.free, this.places)) return false;
    if (held >= share && this.free <= share) return false;
    this.peers.set(peer, held + 1);
    this.heldByPeers += 1;
    return true;
  }

  private takeAsStranger(address: string): boolean {
    const held = this.strangers.get(address) ?? 0;
    const share = this.share(this.peers.size, true);
    if (!hasRoom(this.heldByStrangers, this.free, this.places)) return false;
    if (!hasRoom(held, share - this.heldByStrangers, share)) return false;
    const addresses = this.strangers.size + (held === 0 ? 1 : 0);
    // One address alone may have the whole share but for its reserve.
    const own = addresses === 1 ? share : Math.max(1, Math.floor(share / (addresses + 1)));
    if (held >= own) return false;
    this.strangers.set(address, held + 1);
    this.heldByStrangers += 1;
    return true;
  }

  private get free(): number {
    return this.places - this.heldByPeers - this.heldByStrangers;
  }

  private share(peers: number, areStrangersHere: boolean): number {
    return Math.max(1, Math.floor(this.places / (peers + (areStrangersHere ? 1 : 0) + 1)));
  }
}

/** A newcomer may take any place that is free, and others none of the reserve. */
const hasRoom = (held: number, free: number, of: number): boolean =>
  free > (held === 0 ? 0 : Math.floor(of / RESERVE));
