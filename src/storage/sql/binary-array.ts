/**
 * Array parameters in the form in which PostgreSQL keeps arrays: nothing is escaped here and nothing parsed there, which
 * for the rows of a batch costs a fraction of an array written as text or of rows written as JSON. The driver passes
 * bytes on as they are; the statement says the type (`$1::text[]`), which must be the one that is written here.
 */

/** Numbers of the element types in every PostgreSQL. */
const elementTypes = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int4: 23,
  text: 25,
  float8: 701,
  timestamptz: 1184,
  uuid: 2950,
  jsonb: 3802,
} as const;
/** Dimensions, a flag for nulls, element type; then length and lower bound of the one dimension. */
const headerBytes = 20;
const emptyHeaderBytes = 12;
const lengthBytes = 4;
/** PostgreSQL counts microseconds from 2000-01-01. */
const epochMs = Date.UTC(2000, 0, 1);
const jsonbVersion = 1;

interface Encoding<T> {
  type: keyof typeof elementTypes;
  size: (value: T) => number;
  write: (value: T, buffer: Buffer, at: number) => void;
}

function encoder<T>(encoding: Encoding<T>): (values: readonly (T | null)[]) => Buffer {
  const { size, write } = encoding;
  return (values) => {
    const sizes = values.map((value) => (value === null ? -1 : size(value)));
    const bytes = sizes.reduce((sum, one) => sum + lengthBytes + Math.max(0, one), headerBytes);
    const buffer = Buffer.allocUnsafe(values.length === 0 ? emptyHeaderBytes : bytes);
    buffer.writeInt32BE(values.length === 0 ? 0 : 1, 0);
    buffer.writeInt32BE(sizes.includes(-1) ? 1 : 0, 4);
    buffer.writeInt32BE(elementTypes[encoding.type], 8);
    if (values.length === 0) return buffer;
    buffer.writeInt32BE(values.length, 12);
    buffer.writeInt32BE(1, 16);
    let at = headerBytes;
    for (const [index, value] of values.entries()) {
      const length = sizes[index] ?? -1;
      buffer.writeInt32BE(length, at);
      at += lengthBytes;
      if (value === null) continue;
      write(value, buffer, at);
      at += length;
    }
    return buffer;
  };
}

export const textArray = encoder<string>({
  type: 'text',
  size: (text) => Buffer.byteLength(text),
  write: (text, buffer, at) => void buffer.write(text, at),
});

/** Of JSON texts (`JSON.stringify`). */
export const jsonbArray = encoder<string>({
  type: 'jsonb',
  size: (json) => 1 + Buffer.byteLength(json),
  write(json, buffer, at) {
    buffer[at] = jsonbVersion;
    buffer.write(json, at + 1);
  },
});

export const byteaArray = encoder<Uint8Array>({
  type: 'bytea',
  size: (bytes) => bytes.length,
  write: (bytes, buffer, at) => buffer.set(bytes, at),
});

export const uuidArray = encoder<string>({
  type: 'uuid',
  size: () => 16,
  write: (uuid, buffer, at) => void buffer.write(uuid.replaceAll('-', ''), at, 'hex'),
});

export const booleanArray = encoder<boolean>({
  type: 'bool',
  size: () => 1,
  write: (value, buffer, at) => void buffer.writeUInt8(value ? 1 : 0, at),
});

export const integerArray = encoder<number>({
  type: 'int4',
  size: () => 4,
  write: (value, buffer, at) => void buffer.writeInt32BE(value, at),
});

export const bigintArray = encoder<number>({
  type: 'int8',
  size: () => 8,
  write: writeInt64,
});

export const doubleArray = encoder<number>({
  type: 'float8',
  size: () => 8,
  write: (value, buffer, at) => void buffer.writeDoubleBE(value, at),
});

/** Of ISO texts, to the millisecond. Throws RangeError for what is no instant. */
export const instantArray = encoder<string>({
  type: 'timestamptz',
  size: () => 8,
  write(iso, buffer, at) {
    const ms = Date.parse(iso);
    if (Number.isNaN(ms)) throw new RangeError('A column of instants was given a text that is none.');
    writeInt64((ms - epochMs) * 1000, buffer, at);
  },
});

/** Whole numbers as far as JavaScript counts exactly; a BigInt for each would cost more than all the rest. */
function writeInt64(value: number, buffer: Buffer, at: number): void {
  const high = Math.floor(value / 2 ** 32);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(value - high * 2 ** 32, at + 4);
}
