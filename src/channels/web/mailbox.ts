import { EventEmitter } from 'node:events';

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
}

/** Delivers to the pages that are open on this process at once, and to others when they look again. */
export class WebMailbox {
  readonly #store: WebMailboxStore;
  readonly #arrivals = new EventEmitter().setMaxListeners(0);

  constructor(store: WebMailboxStore) {
    this.#store = store;
  }

  async post(visitor: string, id: string, message: Omit<WebMessage, 'sequence'>): Promise<void> {
    await this.#store.add(visitor, id, message);
    this.#arrivals.emit(visitor);
  }

  after(visitor: string, sequence: number): Promise<WebMessage[]> {
    return this.#store.after(visitor, sequence);
  }

  /** Calls back when something arrived on this process; returns the function that stops it. */
  onArrival(visitor: string, callback: () => void): () => void {
    this.#arrivals.on(visitor, callback);
    return () => this.#arrivals.off(visitor, callback);
  }
}
