/** One bubble of the web chat. `sequence` grows with each message of a visitor. */
export interface WebMessage {
  sequence: number;
  text: string;
  buttons: WebButton[];
}

export type WebButton =
  | { kind: 'choice'; title: string; payload: string }
  | { kind: 'link' | 'phone'; title: string; href: string };

/** Keeps messages until the visitor's page has fetched them; shared by all processes. */
export interface WebMailboxStore {
  /** Stores a message under an id that a retry repeats; the second time changes nothing. */
  add(visitor: string, id: string, message: Omit<WebMessage, 'sequence'>): Promise<void>;
  /** Messages after a sequence number, oldest first, at most 50. */
  after(visitor: string, sequence: number): Promise<WebMessage[]>;
  /** The sequence number of each visitor's newest message, in one question for all; none for who has no message. */
  newest(visitors: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Forgets a visitor's messages from before an instant (ISO 8601). */
  forget(visitor: string, before: string): Promise<void>;
}

/** How often open pages are looked after for messages that another process delivered. */
const lookAgainMs = 1_000;
/** Pages that one visitor may hold open: a few tabs, and connections that a phone has lost without saying so. */
const pagesAtMost = 8;

/** An open page of a visitor. */
export interface OpenPage {
  visitor: string;
  /** The last message it was given. */
  last(): number;
  /** Something newer may be there. */
  deliver(): void;
  /** The visitor has opened more pages than one person does, and this is the oldest. */
  close(): void;
}

/**
 * Delivers to the pages that are open on this process at once, and to others when it looks again. It looks once a second
 * for all pages together: what a page costs must not grow with how many somebody opens.
 */
export class WebMailbox {
  readonly #store: WebMailboxStore;
  readonly #onFault: (error: unknown) => void;
  /** In the order in which they were opened. */
  readonly #pages = new Map<string, Set<OpenPage>>();
  #looking: NodeJS.Timeout | undefined;

  /** @param onFault told when nobody could be looked after; the next second tries again. */
  constructor(store: WebMailboxStore, onFault: (error: unknown) => void = () => undefined) {
    this.#store = store;
    this.#onFault = onFault;
  }

  async post(visitor: string, id: string, message: Omit<WebMessage, 'sequence'>): Promise<void> {
    await this.#store.add(visitor, id, message);
    for (const page of this.#pages.get(visitor) ?? []) page.deliver();
  }

  after(visitor: string, sequence: number): Promise<WebMessage[]> {
    return this.#store.after(visitor, sequence);
  }

  forget(visitor: string, before: string): Promise<void> {
    return this.#store.forget(visitor, before);
  }

  /** Looks after a page until the returned function is called. */
  open(page: OpenPage): () => void {
    const pages = this.#pages.get(page.visitor) ?? new Set();
    this.#pages.set(page.visitor, pages.add(page));
    const [oldest] = pages;
    if (pages.size > pagesAtMost && oldest !== undefined) {
      pages.delete(oldest);
      oldest.close();
    }
    this.#lookLater();
    return () => {
      pages.delete(page);
      if (pages.size === 0 && this.#pages.get(page.visitor) === pages) this.#pages.delete(page.visitor);
    };
  }

  /** The next look begins when the last has ended: a slow database is not asked ever more often. */
  #lookLater(): void {
    if (this.#looking !== undefined || this.#pages.size === 0) return;
    this.#looking = setTimeout(() => {
      void this.#look()
        .catch(this.#onFault)
        .finally(() => {
          this.#looking = undefined;
          this.#lookLater();
        });
    }, lookAgainMs);
    this.#looking.unref();
  }

  async #look(): Promise<void> {
    if (this.#pages.size === 0) return;
    const newest = await this.#store.newest([...this.#pages.keys()]);
    for (const [visitor, sequence] of newest) {
      for (const page of this.#pages.get(visitor) ?? []) if (page.last() < sequence) page.deliver();
    }
  }
}
