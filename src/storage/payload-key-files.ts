import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PayloadKeyStore, StoredPayloadKey } from '../core/ports.ts';
import type { Queryable } from './sql/database.ts';
import { keysInUseQuery } from './sql/payload-key-store.ts';

/** `<milliseconds>-<id in hex>.key`: the name carries what is needed to choose, so that only the chosen one is read. */
const fileName = /^(\d+)-([0-9a-f]{32})\.key$/;

/**
 * Payload keys beside the embedded database instead of in it, one file each: a database keeps old bytes in its
 * write-ahead log and dead rows, whereas a file can be overwritten and removed.
 */
export function createPayloadKeyFiles(directory: string, database: Queryable): PayloadKeyStore {
  async function list(): Promise<{ path: string; id: string; createdAt: Date }[]> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const names = await readdir(directory);
    return names
      .flatMap((name) => {
        const [, milliseconds, id] = fileName.exec(name) ?? [];
        if (milliseconds === undefined || id === undefined) return [];
        return [{ path: join(directory, name), id, createdAt: new Date(Number(milliseconds)) }];
      })
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  async function load(entry: { path: string; id: string; createdAt: Date }): Promise<StoredPayloadKey> {
    const wrapped = await readFile(entry.path);
    return { id: Buffer.from(entry.id, 'hex'), wrapped, createdAt: entry.createdAt };
  }

  return {
    async newest() {
      const nowMs = Date.now();
      // One from before the clock was set back is of an unknown age: it opens, but seals nothing more.
      const entry = (await list()).find(({ createdAt }) => createdAt.getTime() <= nowMs);
      if (entry === undefined) return undefined;
      return { ...(await load(entry)), ageMs: nowMs - entry.createdAt.getTime() };
    },
    async read(id) {
      const wanted = Buffer.from(id).toString('hex');
      const entry = (await list()).find((candidate) => candidate.id === wanted);
      return entry === undefined ? undefined : load(entry);
    },
    async add({ id, wrapped }) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const path = join(directory, `${Date.now()}-${Buffer.from(id).toString('hex')}.key`);
      const draft = join(directory, `${randomUUID()}.draft`);
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(wrapped);
        // Nothing may be stored under a key that a power cut could take away.
        await file.sync();
      } finally {
        await file.close();
      }
      await link(draft, path);
      await rm(draft);
    },
    async discardUnused(leastAgeMs, kept) {
      const nowMs = Date.now();
      const keptIds = new Set(kept.map((id) => Buffer.from(id).toString('hex')));
      const old = (await list()).filter(({ id, createdAt }) => {
        const ageMs = nowMs - createdAt.getTime();
        return (ageMs >= leastAgeMs || ageMs < 0) && !keptIds.has(id);
      });
      if (old.length === 0) return 0;
      const { rows } = await database.query<{ id: Uint8Array }>(keysInUseQuery);
      const inUse = new Set(rows.map(({ id }) => Buffer.from(id).toString('hex')));
      const unused = old.filter(({ id }) => !inUse.has(id));
      // What says that nothing waits under a key must be on disk before the key is gone.
      if (unused.length > 0) await database.query("select pg_logical_emit_message(true, 'tthc', 'keys')");
      for (const { path } of unused) await destroy(path);
      return unused.length;
    },
  };
}

/** All keys of a directory with their instants, for a backup; none when there is no such directory. */
export async function listPayloadKeyFiles(directory: string): Promise<StoredPayloadKey[]> {
  const names = await readdir(directory).catch(() => []);
  const keys = names.map(async (name) => {
    const [, milliseconds, id] = fileName.exec(name) ?? [];
    if (milliseconds === undefined || id === undefined) return [];
    const wrapped = await readFile(join(directory, name));
    return [{ id: Buffer.from(id, 'hex'), wrapped, createdAt: new Date(Number(milliseconds)) }];
  });
  return (await Promise.all(keys)).flat();
}

/** Puts a key of a backup where it belongs. */
export async function writePayloadKeyFile(directory: string, key: StoredPayloadKey): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const name = `${key.createdAt.getTime()}-${Buffer.from(key.id).toString('hex')}.key`;
  const file = await open(join(directory, name), 'w', 0o600);
  try {
    await file.writeFile(key.wrapped);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function destroy(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rm(path);
}
