import { Duplex } from 'node:stream';

/** Runs messages of PostgreSQL's wire protocol and returns what the database answers. */
export type RunWire = (messages: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** Ends what an earlier connection may have left in the one session that there is: a transaction, statements, listeners. */
const freshSession = ['rollback', 'discard all'];

/**
 * What the driver takes for a socket: its writes, one round trip at a time, go to a database without a network. What is
 * written while it is corked is one round trip, as the driver does with all messages of a statement.
 */
export class WireStream extends Duplex {
  readonly #run: RunWire;

  constructor(run: RunWire) {
    super();
    this.#run = run;
  }

  connect(): this {
    this.#beginSession().then(
      () => this.emit('connect'),
      (error: unknown) => this.destroy(toError(error)),
    );
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // Answers are pushed as they come.
  }

  override _write(chunk: Uint8Array, _encoding: string, done: (error?: Error | null) => void): void {
    this.#exchange([chunk], done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: (error?: Error | null) => void): void {
    this.#exchange(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    this.push(null);
    done();
  }

  #exchange(chunks: readonly Uint8Array[], done: (error?: Error | null) => void): void {
    this.#run(joinBytes(chunks)).then(
      (answer) => {
        if (answer.length > 0 && !this.destroyed) this.push(answer);
        done();
      },
      (error: unknown) => done(toError(error)),
    );
  }

  async #beginSession(): Promise<void> {
    for (const statement of freshSession) await this.#run(simpleQuery(statement));
  }
}

/** A copy of its own: the driver's buffers are parts of larger ones, and ours is handed to another thread. */
function joinBytes(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}

/** Message `Q` of the protocol: its length counts itself and the closing zero. */
function simpleQuery(statement: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(statement);
  const message = new Uint8Array(text.length + 6);
  message[0] = 'Q'.charCodeAt(0);
  new DataView(message.buffer).setInt32(1, text.length + 5);
  message.set(text, 5);
  return message;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
