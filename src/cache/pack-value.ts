/**
 * Plain data with large typed arrays as bytes: first a plan of how it is built, then the arrays one after the other, each
 * where its elements may stand. Read back, they are views of the bytes: nothing is copied. The same data gives the same
 * bytes, which Node's own serialising does not: it writes a text by how the engine happens to hold it.
 */

const arrays = [Uint8Array, Uint16Array, Int8Array, Uint32Array, Int32Array, Float32Array, Float64Array];

/** Every element stands at a multiple of its size. */
const alignment = Float64Array.BYTES_PER_ELEMENT;

type AnyArray = InstanceType<(typeof arrays)[number]>;

/** What JSON has no form for is an object with one of these keys, which no data of ours has. */
const arrayKey = '\u0000array';
const mapKey = '\u0000map';

/** The length of the plan stands before it. */
const planStart = alignment;

/** The parts of the packed value, in order: they need not be joined to be written. Throws for what is no plain data. */
export function packValue(value: unknown): Uint8Array[] {
  const found: AnyArray[] = [];
  const plan = Buffer.from(JSON.stringify(toPlan(value, found)), 'utf8');
  const head = new Uint8Array(planStart);
  new DataView(head.buffer).setUint32(0, plan.length, true);
  const parts: Uint8Array[] = [head, plan];
  let end = planStart + plan.length;
  for (const { buffer, byteOffset, byteLength } of found) {
    const start = alignedAfter(end);
    parts.push(new Uint8Array(start - end), new Uint8Array(buffer, byteOffset, byteLength));
    end = start + byteLength;
  }
  return parts;
}

/** The value whose packed parts are `bytes`, which the value's arrays go on using. Throws when they are cut or damaged. */
export function unpackValue(bytes: Uint8Array): unknown {
  const owned = bytes.byteOffset % alignment === 0 ? bytes : Uint8Array.from(bytes);
  const length = new DataView(owned.buffer, owned.byteOffset, planStart).getUint32(0, true);
  const plan = new TextDecoder().decode(owned.subarray(planStart, planStart + length));
  let next = alignedAfter(planStart + length);
  const takeArray = (type: number, size: number): AnyArray => {
    const array = arrays[type] ?? Uint8Array;
    const start = next;
    const end = start + size * array.BYTES_PER_ELEMENT;
    if (end > owned.length) throw new RangeError('the packed value is cut');
    next = alignedAfter(end);
    return new array(owned.buffer as ArrayBuffer, owned.byteOffset + start, size);
  };
  return fromPlan(JSON.parse(plan), takeArray);
}

function toPlan(value: unknown, found: AnyArray[]): unknown {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    throw new TypeError('only plain data can be packed');
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('only finite numbers can be packed');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member: unknown) => toPlan(member, found));
  // By its name: an array that another thread sent may be of another realm, where these constructors made nothing.
  const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (name === 'Map') {
    return { [mapKey]: toPlan([...(value as Map<unknown, unknown>)], found) };
  }
  if (name === 'Object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toPlan(member, found)]));
  }
  const type = arrays.findIndex((one) => one.name === name);
  if (type < 0) throw new TypeError('only plain data, maps and typed arrays can be packed');
  found.push(value as AnyArray);
  return { [arrayKey]: [type, (value as AnyArray).length] };
}

function fromPlan(plan: unknown, takeArray: (type: number, size: number) => AnyArray): unknown {
  if (typeof plan !== 'object' || plan === null) return plan;
  if (Array.isArray(plan)) {
    for (let at = 0; at < plan.length; at++) plan[at] = fromPlan(plan[at], takeArray);
    return plan;
  }
  const record = plan as Record<string, unknown>;
  if (arrayKey in record) return takeArray(...(record[arrayKey] as [number, number]));
  if (mapKey in record)
    return new Map(fromPlan(record[mapKey], takeArray) as (readonly [unknown, unknown])[]);
  for (const key of Object.keys(record)) record[key] = fromPlan(record[key], takeArray);
  return record;
}

function alignedAfter(end: number): number {
  return Math.ceil(end / alignment) * alignment;
}
