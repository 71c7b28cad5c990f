import type { Result } from '@sap2/kernel';
import type { EventLog } from '@sap2/observability';

/** The configured files can not be used; the message says which and what to do. */
export class UnusableTlsFiles extends Error {}

/** Files as they are now, or what is wrong with them and what to do. */
export interface Look<Content> {
  /** Changes with every byte of them: two looks with the same found the same. */
  readonly digest: string;
  readonly found: Result<Content, string>;
}

/** What some files hold: read at the start, and again whenever they have changed. What is not sound is refused, and what was in use stays. */
export class FollowedFiles<Content> {
  private refused: string | undefined;
  private turn: Promise<void> = Promise.resolve();

  private constructor(
    private readonly look: () => Promise<Look<Content>>,
    private readonly taken: (content: Content) => void,
    private readonly log: EventLog,
    private content: Content,
    private seen: string,
  ) {}

  /** @throws UnusableTlsFiles */
  static async open<Content>(
    look: () => Promise<Look<Content>>,
    /** Called with what is in use, at the start and after each change. */
    taken: (content: Content) => void,
    log: EventLog,
  ): Promise<FollowedFiles<Content>> {
    const { digest, found } = await look();
    if (!found.ok) throw new UnusableTlsFiles(found.error);
    taken(found.value);
    return new FollowedFiles(look, taken, log, found.value, digest);
  }

  get current(): Content {
    return this.content;
  }

  /** Undefined: the files are in use as they are. */
  get refusal(): string | undefined {
    return this.refused;
  }

  /** Looks at the files, and takes them if they have changed and are sound. */
  reload(): Promise<void> {
    // One after the other: an older look must not be taken after a newer one.
    const look = async (): Promise<void> => this.take(await this.look());
    this.turn = this.turn.then(look, look);
    return this.turn;
  }

  private take({ digest, found }: Look<Content>): void {
    if (digest === this.seen) return;
    this.seen = digest;
    if (!found.ok) {
      this.refused = found.error;
      this.log.warn('tls_files_refused', { detail: `${found.error}. What was in use stays in use.` });
      return;
    }
    this.refused = undefined;
    this.content = found.value;
    this.taken(found.value);
  }
}
