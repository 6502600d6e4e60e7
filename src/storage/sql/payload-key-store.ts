import type { PayloadKeyStore } from '../../core/ports.ts';
import type { Database } from './database.ts';

interface KeyRow {
  id: Uint8Array;
  wrapped: Uint8Array;
  createdAt: Date;
}

const columns = 'id, wrapped, created_at as "createdAt"';

/** Ids of the keys under which an item waits or is parked: the first 16 bytes of each body. */
export const keysInUseQuery = `
  select substring(body from 1 for 16) as id from queue_item
  union select substring(body from 1 for 16) from queue_parked`;

/**
 * Payload keys on a PostgreSQL server, where all processes find them. A deleted key's bytes (which SECRET_KEY still
 * wraps) stay in dead rows until the vacuum that follows at once, and in the write-ahead log until that is recycled.
 */
export function createSqlPayloadKeyStore(database: Database): PayloadKeyStore {
  return {
    async newest() {
      // One from before the clock was set back is of an unknown age: it opens, but seals nothing more.
      const { rows } = await database.query<KeyRow & { ageMs: number }>(
        `select ${columns}, (extract(epoch from clock_timestamp() - created_at) * 1000)::double precision as "ageMs"
         from payload_key where created_at <= clock_timestamp() order by created_at desc limit 1`,
      );
      return rows[0];
    },
    async read(id) {
      const { rows } = await database.query<KeyRow>(`select ${columns} from payload_key where id = $1`, [id]);
      return rows[0];
    },
    async add({ id, wrapped }) {
      await database.query('insert into payload_key (id, wrapped) values ($1, $2)', [id, wrapped]);
    },
    async discardUnused(leastAgeMs, kept) {
      const { rowCount } = await database.query(
        `delete from payload_key
         where created_at <= clock_timestamp() - $1 * interval '1 millisecond' and id <> all ($2::bytea[])
           and id not in (${keysInUseQuery})`,
        [leastAgeMs, kept.map((id) => Buffer.from(id))],
      );
      if (rowCount > 0) await database.script('vacuum payload_key');
      return rowCount;
    },
  };
}
