import { DefaultSerializer, Deserializer } from 'node:v8';

/**
 * Plain data with large typed arrays as bytes: first how the data is built, then the arrays one after the other, each
 * where its elements may stand. Read back, they are views of the bytes: nothing is copied.
 */

const arrays = [Uint8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array];

/** Every element stands at a multiple of its size. */
const alignment = Float64Array.BYTES_PER_ELEMENT;

type AnyArray = InstanceType<(typeof arrays)[number]>;

/** Unlike the plain one, the default serializer leaves arrays to `_writeHostObject`. */
class Packer extends DefaultSerializer {
  readonly found: AnyArray[] = [];

  /** Called by Node for what is no plain data. */
  _writeHostObject(value: object): void {
    // By its name: an array that another thread sent may be of another realm, where these constructors made nothing.
    const name = ArrayBuffer.isView(value) ? (value as AnyArray)[Symbol.toStringTag] : undefined;
    const type = arrays.findIndex((one) => one.name === name);
    if (type < 0) throw new TypeError('only plain data and typed arrays can be packed');
    const array = value as AnyArray;
    this.found.push(array);
    this.writeUint32(type);
    this.writeUint32(array.length);
  }
}

class Unpacker extends Deserializer {
  readonly #bytes: Uint8Array;
  #next: number;

  constructor(plan: Uint8Array, bytes: Uint8Array) {
    super(plan);
    this.#bytes = bytes;
    this.#next = alignedAfter(planStart + plan.length);
  }

  /** Called by Node where an array stood. */
  _readHostObject(): AnyArray {
    const array = arrays[this.readUint32()] ?? Uint8Array;
    const length = this.readUint32();
    const start = this.#next;
    const end = start + length * array.BYTES_PER_ELEMENT;
    if (end > this.#bytes.length) throw new RangeError('the packed value is cut');
    this.#next = alignedAfter(end);
    return new array(this.#bytes.buffer as ArrayBuffer, this.#bytes.byteOffset + start, length);
  }
}

/** The length of the plan stands before it. */
const planStart = alignment;

/** The parts of the packed value, in order: they need not be joined to be written. */
export function packValue(value: unknown): Uint8Array[] {
  const packer = new Packer();
  packer.writeHeader();
  packer.writeValue(value);
  const plan = packer.releaseBuffer();
  const head = new Uint8Array(planStart);
  new DataView(head.buffer).setUint32(0, plan.length, true);
  const parts: Uint8Array[] = [head, plan];
  let end = planStart + plan.length;
  for (const { buffer, byteOffset, byteLength } of packer.found) {
    const start = alignedAfter(end);
    parts.push(new Uint8Array(start - end), new Uint8Array(buffer, byteOffset, byteLength));
    end = start + byteLength;
  }
  return parts;
}

/**
 * The value whose packed parts are `bytes`, which the value's arrays go on using. Throws when they are cut or damaged,
 * or of another version of Node.
 */
export function unpackValue(bytes: Uint8Array): unknown {
  const owned = bytes.byteOffset % alignment === 0 ? bytes : Uint8Array.from(bytes);
  const length = new DataView(owned.buffer, owned.byteOffset, planStart).getUint32(0, true);
  const unpacker = new Unpacker(owned.subarray(planStart, planStart + length), owned);
  unpacker.readHeader();
  return unpacker.readValue();
}

function alignedAfter(end: number): number {
  return Math.ceil(end / alignment) * alignment;
}
