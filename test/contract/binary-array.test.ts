import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  bigintArray,
  booleanArray,
  byteaArray,
  doubleArray,
  instantArray,
  integerArray,
  jsonbArray,
  textArray,
  uuidArray,
} from '../../src/storage/sql/binary-array.ts';
import type { Database } from '../../src/storage/sql/database.ts';
import { databaseKinds } from '../services/test-databases.ts';

// The machine may be busy, and the first database of a run is unpacked meanwhile.
jest.setTimeout(90_000);

const texts = ['', 'đơn xin "cấp lại" \\ {a,b}', '👪', 'NULL', 'a\nb'];
const instants = ['1969-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z', '2026-11-30T01:02:03.004Z'];
const jsons = ['{"a": [1, "đ"]}', 'null', '"\\\\u0000"'];
const uuids = ['00000000-0000-4000-8000-000000000001', 'ffffffff-ffff-4fff-bfff-fffffffffff0'];
const wholes = [0, 1, -1, 2 ** 31, -(2 ** 32), Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
const doubles = [0, -0.5, 1e300, 0.1 + 0.2];
const bytes = [Buffer.from([]), Buffer.from([0, 255, 92])];

describe.each(databaseKinds)('binary arrays on $name', ({ create }) => {
  let database: Database;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.close());

  async function readBack(type: string, array: Buffer): Promise<unknown[]> {
    const { rows } = await database.query<{ value: unknown }>(
      `select value from unnest($1::${type}[]) with ordinality as r(value, ord) order by ord`,
      [array],
    );
    return rows.map(({ value }) => value);
  }

  it.each<[string, Buffer, unknown[]]>([
    ['text', textArray([...texts, null]), [...texts, null]],
    ['bytea', byteaArray([...bytes, null]), [...bytes, null]],
    ['jsonb', jsonbArray([...jsons, null]), [...jsons.map((json) => JSON.parse(json) as unknown), null]],
    ['uuid', uuidArray(uuids), uuids],
    ['bigint', bigintArray(wholes), wholes],
    ['integer', integerArray([0, -7, 2 ** 31 - 1]), [0, -7, 2 ** 31 - 1]],
    ['double precision', doubleArray([...doubles, null]), [...doubles, null]],
    ['boolean', booleanArray([true, false, null]), [true, false, null]],
    ['timestamptz', instantArray(instants), instants.map((instant) => new Date(instant))],
  ])('keeps every value of type %s', async (type, array, expected) => {
    expect(await readBack(type, array)).toEqual(expected);
  });

  it('writes an array of nothing', async () => {
    expect(await readBack('text', textArray([]))).toEqual([]);
  });

  it('writes half of a surrogate pair as the sign for unknown, and refuses what is no instant', async () => {
    expect(await readBack('text', textArray(['a\ud800']))).toEqual(['a\ufffd']);
    expect(() => instantArray(['yesterday'])).toThrow(RangeError);
  });
});
