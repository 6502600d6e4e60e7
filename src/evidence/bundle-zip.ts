import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Zip, ZipDeflate } from 'fflate';

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
/** Deflating bigger pieces at once would keep the process from serving for too long. */
const pieceBytes = 64 * 1024;

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
      const file = new ZipDeflate(name, { level: compressionLevel });
      file.mtime = modifiedAt;
      zip.add(file);
      const digest = createHash('sha256');
      const parts: Buffer[] = [];
      let waiting = 0;
      let bytes = 0;
      const deflate = async (final: boolean) => {
        const piece = Buffer.concat(parts.splice(0));
        waiting = 0;
        digest.update(piece);
        bytes += piece.length;
        file.push(piece, final);
        await flush();
      };
      return {
        async write(chunk) {
          const part = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : Buffer.from(chunk);
          parts.push(part);
          waiting += part.length;
          if (waiting >= pieceBytes) await deflate(false);
        },
        async end() {
          await deflate(true);
          return { bytes, sha256: digest.digest('hex') };
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
