import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { Zip, type AsyncFlateStreamHandler, type ZipInputFile } from 'fflate';

/** Size and SHA-256 (lower-case hex) of a file in the bundle. */
export interface BundledFile {
  bytes: number;
  sha256: string;
}

export interface BundleFileWriter {
  write(chunk: string | Uint8Array): Promise<void>;
  end(): Promise<BundledFile>;
}

export interface BundleZip {
  /** Several files may be open at once; what follows the first open one waits compressed in memory. */
  add(name: string): BundleFileWriter;
  /** Writes the directory and closes the file; all files must have ended. */
  finish(): Promise<void>;
  /** Closes the file as it is. */
  abandon(): Promise<void>;
}

/** Enough for text that is mostly hashes; higher levels take longer for a percent or two. */
const compressionLevel = 6;
/** Small writes are gathered: each piece goes to another thread, which costs more than a record is worth. */
const pieceBytes = 256 * 1024;

/** A file of the zip that zlib compresses, off the thread that serves. */
class DeflatedFile implements ZipInputFile {
  readonly filename: string;
  readonly compression = 8;
  readonly mtime: Date;
  size = 0;
  crc = 0;
  ondata: AsyncFlateStreamHandler = () => undefined;
  readonly #deflate = createDeflateRaw({ level: compressionLevel });
  readonly #ended = once(this.#deflate, 'end');

  constructor(filename: string, mtime: Date) {
    this.filename = filename;
    this.mtime = mtime;
    this.#deflate.on('data', (chunk: Buffer) => this.ondata(null, new Uint8Array(chunk), false));
  }

  async write(piece: Buffer): Promise<void> {
    this.size += piece.length;
    this.crc = crc32(piece, this.crc);
    if (!this.#deflate.write(piece)) await once(this.#deflate, 'drain');
  }

  async end(): Promise<void> {
    this.#deflate.end();
    await this.#ended;
    this.ondata(null, new Uint8Array(0), true);
  }
}

/**
 * Writes a zip while its content is being made. `path` must not exist: nothing is ever overwritten, no link followed.
 * @throws with code EEXIST when it does.
 */
export async function createBundleZip(path: string, modifiedAt: Date): Promise<BundleZip> {
  const handle = await open(path, 'wx', 0o600);
  const ready: Uint8Array[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else if (chunk.length > 0) ready.push(chunk);
  });

  async function flush(): Promise<void> {
    if (failure !== undefined) throw failure;
    if (ready.length === 0) return;
    const chunks = ready.splice(0);
    await handle.writev(chunks);
  }

  return {
    add(name) {
      const file = new DeflatedFile(name, modifiedAt);
      zip.add(file);
      const digest = createHash('sha256');
      const parts: Buffer[] = [];
      let waiting = 0;
      const compress = async () => {
        const piece = Buffer.concat(parts.splice(0));
        waiting = 0;
        digest.update(piece);
        await file.write(piece);
        await flush();
      };
      return {
        async write(chunk) {
          const part = Buffer.from(chunk);
          parts.push(part);
          waiting += part.length;
          if (waiting >= pieceBytes) await compress();
        },
        async end() {
          await compress();
          await file.end();
          await flush();
          return { bytes: file.size, sha256: digest.digest('hex') };
        },
      };
    },
    async finish() {
      zip.end();
      await flush();
      await handle.sync();
      await handle.close();
    },
    abandon: () => handle.close(),
  };
}
