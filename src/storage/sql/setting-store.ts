import type { Queryable } from './database.ts';
import { toStorable } from './storable.ts';

/** Small values that are written at run time, by key. */
export interface SettingStore {
  read(key: string): Promise<unknown>;
  write(key: string, value: unknown): Promise<void>;
  /** Stores `value` unless the key has one; returns what is stored now, the same in all processes. */
  writeOnce(key: string, value: unknown): Promise<unknown>;
  remove(key: string): Promise<void>;
}

/** Settings in SQL. A key that was never written reads as undefined. */
export function createSettingStore(database: Queryable): SettingStore {
  async function read(key: string): Promise<unknown> {
    const { rows } = await database.query<{ value: unknown }>('select value from setting where key = $1', [
      key,
    ]);
    return rows[0]?.value;
  }
  return {
    read,
    async write(key, value) {
      await database.query(
        `insert into setting (key, value) values ($1, $2::jsonb)
         on conflict (key) do update set value = excluded.value, updated_at = clock_timestamp()`,
        [key, JSON.stringify(toStorable(value))],
      );
    },
    async writeOnce(key, value) {
      await database.query('insert into setting (key, value) values ($1, $2::jsonb) on conflict do nothing', [
        key,
        JSON.stringify(toStorable(value)),
      ]);
      return read(key);
    },
    async remove(key) {
      await database.query('delete from setting where key = $1', [key]);
    },
  };
}
