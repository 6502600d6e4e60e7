#!/usr/bin/env node
/**
 * Kiểm tra gói bằng chứng / verifies an evidence bundle.
 *
 *   node verify.mjs F.zip [--root HEX ...]      hoặc thư mục đã giải nén / or the unpacked folder
 *
 * Một tệp, không cần gì khác ngoài Node.js từ 18 trở lên. Mã thoát 0: nguyên vẹn; 1: đã bị thay đổi hoặc không đọc được.
 * The rules are those of evidence.md. This file shares no code with the program that writes bundles: it is a second
 * implementation of that page, and whoever doubts it can write a third.
 */
import * as buffer from 'node:buffer';
import * as crypto from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import * as os from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { TextDecoder } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as zlib from 'node:zlib';

const { Buffer } = buffer;

// Faults ------------------------------------------------------------------------------------------------------------

/** What can be wrong, in Vietnamese and English, by stable code. */
const faults = {
  'cannot-open': ['không mở được; kiểm tra đường dẫn', 'cannot be opened; check the path'],
  'bad-root': ['gốc tin cậy phải gồm 64 chữ số hex', 'a trusted root has 64 hex digits'],
  'bad-zip': ['không phải tệp zip nguyên vẹn của hệ thống này', 'is not an intact zip of this system'],
  'unsafe-zip': ['zip có nội dung bất thường, từ chối đọc', 'the zip holds what no bundle holds; refused'],
  'too-large': ['lớn hơn mức cho phép, từ chối đọc', 'is larger than allowed; refused'],
  'bad-checksum': ['dữ liệu nén bị hỏng', 'compressed data is damaged'],
  missing: ['thiếu', 'is missing'],
  'bad-manifest': ['bị sửa hoặc sai dạng', 'was changed or has a wrong form'],
  'bad-file': ['khác với mã SHA-256 trong manifest.json', 'differs from its SHA-256 in manifest.json'],
  'bad-seal': ['sai dạng', 'has a wrong form'],
  'wrong-hash': ['nội dung khác với mã niêm phong của nó', 'does not give its own hash'],
  'wrong-chain': ['không nối tiếp niêm phong liền trước', 'does not continue the seal before it'],
  'wrong-tree': [
    'danh sách lá không cho ra gốc Merkle đã niêm phong',
    'its leaves do not give the sealed Merkle root',
  ],
  'wrong-leaves': ['danh sách lá không khớp với phần đầu niêm phong', 'its leaves do not fit its header'],
  'wrong-end': [
    'chuỗi không kết thúc ở niêm phong mà manifest.json nêu',
    'the chain does not end as manifest.json says',
  ],
  'unknown-root': [
    'không có trong chuỗi niêm phong của gói: chuỗi đã bị làm lại, bị cắt, hoặc gốc của đơn vị khác',
    'is not in the bundle’s chain: it was made anew, cut off, or belongs to another unit',
  ],
  unreadable: ['dòng không đọc được', 'the line cannot be read'],
  'not-canonical': ['dòng không ở dạng chuẩn', 'the line is not in canonical form'],
  removed: ['bị xoá khỏi gói hoặc bị dời chỗ', 'was removed from the bundle or moved'],
  repeated: ['lặp lại hoặc sai thứ tự', 'is repeated or out of order'],
  inserted: ['không có trong niêm phong nào: bị chèn thêm', 'is in no seal: it was inserted'],
  redated: ['thời điểm khác với lúc niêm phong', 'its time is not the sealed one'],
  changed: ['nội dung khác với lúc niêm phong', 'its content is not what was sealed'],
  'wrong-words': ['lời nhắn không khớp cam kết đã niêm phong', 'its words do not fit the sealed commitment'],
  'wrong-csv': [
    'dòng trong records.csv khác với records.jsonl',
    'its row in records.csv differs from records.jsonl',
  ],
  'extra-csv': ['có dòng mà records.jsonl không có', 'has rows that records.jsonl lacks'],
  'wrong-counts': ['số bản ghi trong manifest.json không đúng', 'counts in manifest.json are wrong'],
};

/** The first thing found wrong: `code` is stable, `subject` names it. */
export class EvidenceFault extends Error {
  constructor(code, subject, detail) {
    const [vi, en] = faults[code];
    super(`${subject}: ${vi}${detail === undefined ? '' : ` (${detail})`} / ${en}`);
    this.name = 'EvidenceFault';
    this.code = code;
    this.subject = subject;
  }
}

function demand(condition, code, subject, detail) {
  if (!condition) throw new EvidenceFault(code, typeof subject === 'function' ? subject() : subject, detail);
}

// Canonical JSON and hashes -----------------------------------------------------------------------------------------

/** RFC 8785: names sorted by UTF-16 code unit, no spaces, strings and numbers as ECMAScript writes them. */
function toCanonical(value) {
  // What is in order already, as nearly all is that we read, is written by the engine itself, several times faster.
  return isInOrder(value) ? JSON.stringify(value) : writeInOrder(value);
}

function isInOrder(value) {
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last;
  for (const name of Object.keys(value)) {
    if ((last !== undefined && name <= last) || !isInOrder(value[name])) return false;
    last = name;
  }
  return true;
}

function writeInOrder(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeInOrder).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${writeInOrder(value[name])}`).join(',')}}`;
}

const leafPrefix = 0;
const nodePrefix = 1;
const bodyPrefix = 2;
const sealPrefix = 3;
const manifestPrefix = 4;
const hashBytes = 32;

/** SHA-256 of bytes or of text in UTF-8; Node has it in one call from 20.12 on. */
function sha256(data, encoding) {
  if (typeof crypto.hash === 'function') return crypto.hash('sha256', data, encoding);
  return crypto.createHash('sha256').update(data).digest(encoding);
}

const bodyPrefixByte = Buffer.of(bodyPrefix);

/** The prefix as the first byte of the text: all prefixes are single bytes in UTF-8. */
const hex = (prefix, text) => sha256(String.fromCharCode(prefix) + text, 'hex');

/** The canonical text of a leaf whose members were checked: none of them holds anything to escape. */
function writeLeaf({ at, body, kind, seq }) {
  return `{"at":"${at}","body":"${body}","kind":"${kind}","seq":${seq}}`;
}

/**
 * Merkle tree hash of RFC 6962 over one level at a time: an odd node at the end goes up as it is. Hashes are strings of
 * one character a byte, which Node makes faster than as many small buffers.
 */
function hashTree(leaves) {
  let level = leaves.map((leaf) => sha256(String.fromCharCode(leafPrefix) + writeLeaf(leaf), 'latin1'));
  const node = Buffer.alloc(1 + 2 * hashBytes, nodePrefix);
  while (level.length > 1) {
    const above = [];
    for (let index = 0; index < level.length; index += 2) {
      const right = level[index + 1];
      if (right === undefined) {
        above.push(level[index]);
        continue;
      }
      node.write(level[index], 1, 'latin1');
      node.write(right, 1 + hashBytes, 'latin1');
      above.push(sha256(node, 'latin1'));
    }
    level = above;
  }
  return Buffer.from(level[0], 'latin1').toString('hex');
}

// Shapes ------------------------------------------------------------------------------------------------------------

const isHash = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isKind = (value) => typeof value === 'string' && /^[a-z][a-z-]{0,30}$/.test(value);
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const instantForm = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;
const isInstant = (value) => typeof value === 'string' && instantForm.test(value);

function hasExactly(value, names) {
  return (
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name))
  );
}

/** Order within a batch and in records.jsonl: kind by code unit, then number. */
function isBefore(one, other) {
  return one.kind < other.kind || (one.kind === other.kind && one.seq < other.seq);
}

// Sources: a zip or a folder ----------------------------------------------------------------------------------------

/** Every file of a bundle, with the most bytes that it may have. */
const mebibyte = 1024 * 1024;
const sizeLimits = {
  'evidence.md': mebibyte,
  'verify.mjs': mebibyte,
  'seals.jsonl': 2048 * mebibyte,
  'records.jsonl': 2048 * mebibyte,
  'records.csv': 2048 * mebibyte,
  'manifest.json': mebibyte,
};
const fileNames = Object.keys(sizeLimits);
const lineLimitBytes = 16 * mebibyte;
const readBytesAtOnce = 256 * 1024;
const inflateChunkBytes = mebibyte;

async function openSource(path) {
  let status;
  try {
    status = await stat(path);
  } catch {
    throw new EvidenceFault('cannot-open', path);
  }
  return status.isDirectory() ? openFolder(path) : openZip(path, status.size);
}

async function openFolder(folder) {
  for (const name of fileNames) {
    const status = await stat(join(folder, name)).catch(() => undefined);
    demand(status?.isFile(), 'missing', name);
    demand(status.size <= sizeLimits[name], 'too-large', name);
  }
  return {
    read: (name) =>
      limit(createReadStream(join(folder, name), { highWaterMark: readBytesAtOnce }), name, sizeLimits[name]),
  };
}

/** Passes chunks on and refuses what goes on beyond `bytes`, whatever a directory or a header said. */
async function* limit(chunks, name, bytes) {
  let left = bytes;
  for await (const chunk of chunks) {
    left -= chunk.length;
    demand(left >= 0, 'too-large', name);
    yield chunk;
  }
}

const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const descriptorBytes = 16;
const descriptorFlag = 0x0008;
/** How hard the packer tried, a descriptor behind the data, names in UTF-8: all others change what the bytes mean. */
const harmlessFlags = 0x0006 | descriptorFlag | 0x0800;

/**
 * Reads the directory of a zip as strictly as our own zips allow: the six files and nothing else, each once, stored or
 * deflated, one after the other without a gap, nothing before, between or behind. So nothing can hide in it, no path can
 * lead elsewhere, and what is inflated is bounded.
 */
async function openZip(path, size) {
  const handle = await open(path, 'r').catch(() => {
    throw new EvidenceFault('cannot-open', path);
  });
  try {
    const entries = await readDirectory(handle, path, size);
    return { read: (name) => readEntry(path, entries.get(name)) };
  } finally {
    await handle.close();
  }
}

async function readBytes(handle, path, position, length) {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  demand(bytesRead === length, 'bad-zip', path);
  return buffer;
}

async function readDirectory(handle, path, size) {
  demand(size >= endBytes, 'bad-zip', path);
  const end = await readBytes(handle, path, size - endBytes, endBytes);
  demand(end.readUInt32LE(0) === 0x06054b50 && end.readUInt16LE(20) === 0, 'bad-zip', path);
  const count = end.readUInt16LE(10);
  const directorySize = end.readUInt32LE(12);
  const directoryStart = end.readUInt32LE(16);
  const oneDisk = end.readUInt32LE(4) === 0 && end.readUInt16LE(8) === count;
  demand(oneDisk && directoryStart + directorySize + endBytes === size, 'bad-zip', path);
  demand(count <= fileNames.length && directorySize <= mebibyte, 'unsafe-zip', path);

  const directory = await readBytes(handle, path, directoryStart, directorySize);
  const entries = new Map();
  let position = 0;
  for (let index = 0; index < count; index += 1) {
    demand(position + entryBytes <= directorySize, 'bad-zip', path);
    demand(directory.readUInt32LE(position) === 0x02014b50, 'bad-zip', path);
    const nameLength = directory.readUInt16LE(position + 28);
    const skipped = directory.readUInt16LE(position + 30) + directory.readUInt16LE(position + 32);
    const name = directory.toString('utf8', position + entryBytes, position + entryBytes + nameLength);
    demand(
      fileNames.includes(name) && !entries.has(name),
      'unsafe-zip',
      path,
      JSON.stringify(name.slice(0, 80)),
    );
    const entry = {
      name,
      flags: directory.readUInt16LE(position + 8),
      method: directory.readUInt16LE(position + 10),
      crc: directory.readUInt32LE(position + 16),
      packed: directory.readUInt32LE(position + 20),
      bytes: directory.readUInt32LE(position + 24),
      start: directory.readUInt32LE(position + 42),
    };
    demand((entry.flags & ~harmlessFlags) === 0, 'unsafe-zip', name, 'flags');
    demand(entry.method === 0 || entry.method === 8, 'unsafe-zip', name, 'method');
    demand(entry.bytes <= sizeLimits[name], 'too-large', name);
    entries.set(name, entry);
    position += entryBytes + nameLength + skipped;
  }
  demand(position === directorySize, 'bad-zip', path);
  for (const name of fileNames) demand(entries.has(name), 'missing', name);

  let next = 0;
  for (const entry of [...entries.values()].sort((one, other) => one.start - other.start)) {
    demand(entry.start === next, 'unsafe-zip', entry.name, 'position');
    next = await locateData(handle, path, entry);
    demand(next <= directoryStart, 'unsafe-zip', entry.name, 'position');
  }
  demand(next === directoryStart, 'unsafe-zip', path, 'position');
  return entries;
}

/** Finds an entry's data behind its local header, which must say the same as the directory; returns where it ends. */
async function locateData(handle, path, entry) {
  const local = await readBytes(handle, path, entry.start, localBytes);
  const nameLength = local.readUInt16LE(26);
  const name = await readBytes(handle, path, entry.start + localBytes, nameLength);
  const same =
    local.readUInt32LE(0) === 0x04034b50 &&
    local.readUInt16LE(6) === entry.flags &&
    local.readUInt16LE(8) === entry.method &&
    name.toString('utf8') === entry.name;
  demand(same, 'unsafe-zip', entry.name, 'local header');
  entry.dataStart = entry.start + localBytes + nameLength + local.readUInt16LE(28);
  const dataEnd = entry.dataStart + entry.packed;
  const described = (entry.flags & descriptorFlag) !== 0;
  const sums = described ? await readBytes(handle, path, dataEnd, descriptorBytes) : local.subarray(10);
  const agree =
    (!described || sums.readUInt32LE(0) === 0x08074b50) &&
    sums.readUInt32LE(4) === entry.crc &&
    sums.readUInt32LE(8) === entry.packed &&
    sums.readUInt32LE(12) === entry.bytes;
  demand(agree, 'unsafe-zip', entry.name, 'sizes');
  return described ? dataEnd + descriptorBytes : dataEnd;
}

async function* readEntry(path, entry) {
  if (entry.packed === 0) {
    demand(entry.bytes === 0 && entry.method === 0, 'bad-checksum', entry.name);
    return;
  }
  const packed = createReadStream(path, {
    start: entry.dataStart,
    end: entry.dataStart + entry.packed - 1,
    highWaterMark: readBytesAtOnce,
  });
  const inflate = entry.method === 8 ? zlib.createInflateRaw({ chunkSize: inflateChunkBytes }) : undefined;
  const chunks = inflate === undefined ? packed : packed.pipe(inflate);
  if (inflate !== undefined) packed.on('error', (error) => inflate.destroy(error));
  let crc = 0;
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      demand(bytes <= entry.bytes, 'too-large', entry.name);
      crc = updateCrc(crc, chunk);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof EvidenceFault || !isDeflateError(error)) throw error;
    throw new EvidenceFault('bad-checksum', entry.name);
  } finally {
    packed.destroy();
    inflate?.destroy();
  }
  demand(bytes === entry.bytes && crc === entry.crc, 'bad-checksum', entry.name);
}

function isDeflateError(error) {
  return typeof error?.code === 'string' && error.code.startsWith('Z_');
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as zip has it; Node has it built in from 20.15 on. */
function updateCrc(crc, chunk) {
  if (typeof zlib.crc32 === 'function') return zlib.crc32(chunk, crc);
  let value = ~crc;
  for (const byte of chunk) value = crcTable[(value ^ byte) & 0xff] ^ (value >>> 8);
  return ~value >>> 0;
}

// Reading files -----------------------------------------------------------------------------------------------------

/** Hands chunks on and, at the end, leaves their number and SHA-256 in `sums` under the file's name. */
async function* summed(source, name, sums) {
  const hash = crypto.createHash('sha256');
  let bytes = 0;
  for await (const chunk of source.read(name)) {
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  sums[name] = { bytes, sha256: hash.digest('hex') };
}

const lineFeed = 0x0a;
const batchBytes = mebibyte;

/** Joins chunks to batches of whole lines, each ended by one line feed. */
async function* readBatches(chunks, name) {
  let parts = [];
  let waiting = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    waiting += chunk.length;
    if (waiting < batchBytes) continue;
    const { whole, rest } = cutWhole(parts, waiting);
    if (whole.length > 0) yield whole;
    parts = [rest];
    waiting = rest.length;
    demand(waiting <= lineLimitBytes, 'too-large', name);
  }
  const { whole, rest } = cutWhole(parts, waiting);
  if (whole.length > 0) yield whole;
  demand(rest.length === 0, 'unreadable', `${name} (${rest.length} bytes)`);
}

/** Whole lines in memory that nothing else uses, so that it can be handed to another thread, and what follows them. */
function cutWhole(parts, length) {
  const bytes = Buffer.allocUnsafeSlow(length);
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  const end = bytes.lastIndexOf(lineFeed) + 1;
  return { whole: bytes.subarray(0, end), rest: Buffer.from(bytes.subarray(end)) };
}

/** The lines of a batch, without their line feeds. */
function* cutLines(batch) {
  let start = 0;
  while (start < batch.length) {
    const end = batch.indexOf(lineFeed, start);
    yield batch.subarray(start, end);
    start = end + 1;
  }
}

function countLines(batch) {
  let lines = 0;
  for (let end = batch.indexOf(lineFeed); end !== -1; end = batch.indexOf(lineFeed, end + 1)) lines += 1;
  return lines;
}

async function* readLines(chunks, name) {
  for await (const batch of readBatches(chunks, name)) yield* cutLines(batch);
}

async function readWhole(chunks) {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of bytes; throws where they are not UTF-8. Asking first, as Node can from 18.14 on, is several times faster. */
function decodeUtf8(bytes) {
  if (typeof buffer.isUtf8 !== 'function') return strictDecoder.decode(bytes);
  if (!buffer.isUtf8(bytes)) throw new TypeError('not UTF-8');
  return bytes.toString('utf8');
}

/** Text and value of bytes; undefined when they are not UTF-8 or not JSON. */
function parseJson(bytes) {
  try {
    const text = decodeUtf8(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

// Manifest ----------------------------------------------------------------------------------------------------------

const manifestNames = [
  ...['v', 'unit', 'period', 'exportedAt', 'records', 'erased'],
  ...['seals', 'seal', 'columns', 'files', 'checksum'],
];

async function readManifest(source) {
  const name = 'manifest.json';
  const { text, value: manifest } = parseJson(await readWhole(source.read(name))) ?? {};
  demand(isObject(manifest) && text === `${toCanonical(manifest)}\n`, 'bad-manifest', name);
  const { checksum, ...rest } = manifest;
  demand(checksum === hex(manifestPrefix, toCanonical(rest)), 'bad-manifest', name, 'checksum');
  demand(hasExactly(manifest, manifestNames), 'bad-manifest', name);
  const { v, unit, period, exportedAt, records, erased, seals, seal, columns, files } = rest;
  demand(v === 1, 'bad-manifest', name, 'v');
  demand(typeof unit === 'string' && unit !== '', 'bad-manifest', name, 'unit');
  const periodHolds =
    hasExactly(period, ['id', 'from', 'to']) &&
    typeof period.id === 'string' &&
    isInstant(period.from) &&
    isInstant(period.to) &&
    period.from < period.to;
  demand(periodHolds, 'bad-manifest', name, 'period');
  demand(isInstant(exportedAt), 'bad-manifest', name, 'exportedAt');
  const countsHold =
    isObject(records) && Object.values(records).every(isCount) && isCount(erased) && isCount(seals);
  demand(countsHold, 'bad-manifest', name, 'records');
  const sealHolds =
    seal === null || (hasExactly(seal, ['number', 'hash']) && isCount(seal.number) && isHash(seal.hash));
  demand(sealHolds, 'bad-manifest', name, 'seal');
  const columnsHold =
    Array.isArray(columns) &&
    columns.every((column) => typeof column === 'string' && /^[A-Za-z]+$/.test(column)) &&
    new Set(columns).size === columns.length &&
    Object.keys(ownCells).every((column) => columns.includes(column));
  demand(columnsHold, 'bad-manifest', name, 'columns');
  const listed = fileNames.filter((file) => file !== name);
  const filesHold =
    hasExactly(files, listed) &&
    listed.every((file) => hasExactly(files[file], ['bytes', 'sha256']) && isHash(files[file].sha256));
  demand(filesHold, 'bad-manifest', name, 'files');
  return manifest;
}

// Seals -------------------------------------------------------------------------------------------------------------

const sealNames = ['hash', 'header', 'leaves'];
const leafNames = ['at', 'body', 'kind', 'seq'];
const headerNames = [
  ...['v', 'unit', 'number', 'previous', 'root', 'count'],
  ...['firstAt', 'lastAt', 'latestAt', 'through', 'sealedAt'],
];
const noSeal = '0'.repeat(64);
const lateMs = 24 * 60 * 60 * 1000;

/**
 * Leaves in order, as texts of many lines: a year has so many leaves that one by one they would keep the garbage collector
 * busy.
 */
class LeafList {
  constructor(texts) {
    this.texts = texts;
  }

  /** Gives the leaves a number at a time, fewer when there are no more. */
  *take() {
    let ready = [];
    let wanted = yield;
    for (const text of this.texts) {
      ready = ready.concat(text.split('\n'));
      while (ready.length >= wanted) wanted = yield ready.splice(0, wanted);
    }
    while (true) wanted = yield ready.splice(0, wanted);
  }

  has({ kind, seq }) {
    return this.texts.some((text) => `${text}\n`.includes(`"kind":"${kind}","seq":${seq}}\n`));
  }
}

/**
 * Checks the chain; returns its end, every hash with its number, and the leaves that lie in the period, in order.
 */
async function readSeals(source, manifest, sums) {
  const { from, to } = manifest.period;
  const name = 'seals.jsonl';
  const byKind = new Map();
  const seals = new Map();
  let previous;
  let count = 0;
  let late = 0;
  for await (const line of readLines(summed(source, name, sums), name)) {
    count += 1;
    const subject = `${name} dòng/line ${count}`;
    const { text, value: seal } = parseJson(line) ?? {};
    demand(hasExactly(seal, sealNames), 'bad-seal', subject);
    demand(text === toCanonical(seal), 'not-canonical', subject);
    const { hash, header, leaves } = seal;
    checkHeader(header, manifest, subject);
    const named = `niêm phong/seal ${header.number}`;
    demand(hash === hex(sealPrefix, toCanonical(header)), 'wrong-hash', named);
    checkLink(header, previous, from, named);
    const opened = header.firstAt < to && header.lastAt >= from;
    demand(opened === (leaves !== null), 'wrong-leaves', named);
    let inPeriod = 0;
    const texts = new Map();
    if (opened) {
      checkLeaves(leaves, header, previous?.header.through ?? {}, named);
      const lateBefore = new Date(Date.parse(header.sealedAt) - lateMs).toISOString().replace('Z', '000Z');
      for (const leaf of leaves) {
        if (leaf.at < from || leaf.at >= to) continue;
        if (!texts.has(leaf.kind)) texts.set(leaf.kind, []);
        texts.get(leaf.kind).push(writeLeaf(leaf));
        inPeriod += 1;
        if (leaf.at < lateBefore) late += 1;
      }
    }
    for (const [kind, of] of texts) {
      if (!byKind.has(kind)) byKind.set(kind, []);
      byKind.get(kind).push(of.join('\n'));
    }
    seals.set(hash, { number: header.number, inPeriod });
    previous = { hash, header };
  }
  const end = previous === undefined ? null : { number: previous.header.number, hash: previous.hash };
  demand(count === manifest.seals && toCanonical(end) === toCanonical(manifest.seal), 'wrong-end', name);
  const expected = new LeafList([...byKind.keys()].sort().flatMap((kind) => byKind.get(kind)));
  return { expected, seals, late, end, sealedAt: previous?.header.sealedAt ?? null };
}

function checkHeader(header, manifest, subject) {
  const holds =
    hasExactly(header, headerNames) &&
    header.v === 1 &&
    isCount(header.number) &&
    header.number > 0 &&
    isHash(header.previous) &&
    isHash(header.root) &&
    isCount(header.count) &&
    header.count > 0 &&
    isInstant(header.firstAt) &&
    isInstant(header.lastAt) &&
    isInstant(header.latestAt) &&
    isInstant(header.sealedAt) &&
    header.firstAt <= header.lastAt &&
    header.lastAt <= header.latestAt &&
    isObject(header.through) &&
    Object.entries(header.through).every(([kind, seq]) => isKind(kind) && isCount(seq));
  demand(holds, 'bad-seal', subject);
  demand(header.unit === manifest.unit, 'bad-seal', subject, 'unit');
}

/** The first seal of a bundle is the first of the chain, or one up to which everything lies before the period. */
function checkLink(header, previous, from, named) {
  if (previous === undefined) {
    const first = header.number === 1 && header.previous === noSeal && header.latestAt === header.lastAt;
    demand(first || (header.number > 1 && header.latestAt < from), 'wrong-chain', named);
    return;
  }
  const before = previous.header;
  demand(header.number === before.number + 1 && header.previous === previous.hash, 'wrong-chain', named);
  const latestAt = header.lastAt > before.latestAt ? header.lastAt : before.latestAt;
  demand(header.latestAt === latestAt && header.sealedAt >= before.sealedAt, 'wrong-chain', named);
  const onward = Object.entries(before.through).every(([kind, seq]) => header.through[kind] >= seq);
  demand(onward, 'wrong-chain', named);
}

/** `before` is what was sealed through before this batch: numbers go on from there and never come again. */
function checkLeaves(leaves, header, before, named) {
  demand(Array.isArray(leaves) && leaves.length === header.count, 'wrong-leaves', named);
  const through = { ...before };
  let last;
  for (const leaf of leaves) {
    const holds =
      hasExactly(leaf, leafNames) &&
      isInstant(leaf.at) &&
      isHash(leaf.body) &&
      isKind(leaf.kind) &&
      isCount(leaf.seq) &&
      leaf.at >= header.firstAt &&
      leaf.at <= header.lastAt &&
      leaf.seq > (through[leaf.kind] ?? 0) &&
      (last === undefined || isBefore(last, leaf));
    demand(holds, 'wrong-leaves', named);
    through[leaf.kind] = leaf.seq;
    last = leaf;
  }
  demand(hashTree(leaves) === header.root, 'wrong-tree', named);
  const spans =
    leaves.some(({ at }) => at === header.firstAt) && leaves.some(({ at }) => at === header.lastAt);
  demand(spans && toCanonical(through) === toCanonical(header.through), 'wrong-leaves', named);
}

// Records -----------------------------------------------------------------------------------------------------------

/**
 * Makes the rows of records.csv (RFC 4180), each with its line end; text that a spreadsheet would run gets an apostrophe
 * before it.
 */
export function createCsvFormatter(columns) {
  const readers = columns.map(
    (column) => ownCells[column] ?? (({ body }) => (Object.hasOwn(body, column) ? body[column] : null)),
  );
  return (record) => `${readers.map((read) => formatCell(read(record))).join(',')}\r\n`;
}

/** The cells that do not come from a member of the body. */
const ownCells = {
  __proto__: null,
  kind: ({ kind }) => kind,
  seq: ({ seq }) => seq,
  at: ({ at }) => at,
  words: ({ words }) => (words === undefined ? null : words === null ? 'erased' : 'kept'),
  maskedText: ({ words }) => words?.maskedText,
  explanation: ({ words }) => words?.explanation,
};

function formatCell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : toCanonical(value);
  const safe = text !== '' && '=+-@\t\r'.includes(text[0]) ? `'${text}` : text;
  // Several plain searches are faster than one for a set of characters.
  const isPlain = !safe.includes('"') && !safe.includes(',') && !safe.includes('\n') && !safe.includes('\r');
  return isPlain ? safe : `"${safe.replace(/"/g, '""')}"`;
}

/** Compares a stream, piece by piece, with what it should hold. */
class ExpectedBytes {
  constructor(chunks) {
    this.chunks = chunks[Symbol.asyncIterator]();
    this.rest = Buffer.alloc(0);
  }

  /** How many of these bytes the stream goes on with: all of them where it is as expected. */
  async agreeingBytes(bytes) {
    let agreed = 0;
    while (agreed < bytes.length) {
      if (this.rest.length === 0) {
        const { done, value } = await this.chunks.next();
        if (done) return agreed;
        this.rest = value;
      }
      const piece = bytes.subarray(agreed, agreed + this.rest.length);
      const found = this.rest.subarray(0, piece.length);
      if (!found.equals(piece)) return agreed + piece.findIndex((byte, index) => byte !== found[index]);
      agreed += piece.length;
      this.rest = this.rest.subarray(piece.length);
    }
    return agreed;
  }

  async isAtEnd() {
    if (this.rest.length > 0) return false;
    return (await this.chunks.next()).done === true;
  }

  async close() {
    await this.chunks.return?.();
  }
}

function nameRecord(record) {
  const id = record.body?.id ?? record.body?.interactionId;
  const parts = [`${record.kind} ${record.seq}`];
  if (typeof id === 'string') parts.push(`id ${JSON.stringify(id.slice(0, 80))}`);
  if (typeof record.at === 'string') parts.push(record.at.slice(0, 32));
  return parts.join(', ');
}

/** Checks every record against its leaf and its csv row; returns counts. */
async function readRecords(source, manifest, expected, sums, threads) {
  if (threads > 0) {
    const checkers = new CheckingThreads(threads);
    try {
      return await compareRecords(source, manifest, expected, sums, checkers);
    } catch {
      // Something is not as it must be. It is looked for once more below, where everything is at hand to name it.
    } finally {
      await checkers.close();
    }
  }
  const check = (task) => checkBatch(task, (record) => expected.has(record));
  return compareRecords(source, manifest, expected, sums, { check, atOnce: 0 });
}

async function compareRecords(source, manifest, expected, sums, checkers) {
  const { columns } = manifest;
  const name = 'records.jsonl';
  const csv = new ExpectedBytes(summed(source, 'records.csv', sums));
  const counts = Object.fromEntries(Object.keys(manifest.records).map((kind) => [kind, 0]));
  let erased = 0;
  const settle = async ({ task, checked }) => {
    const found = await checked;
    demand(found !== undefined, 'changed', name);
    const agreed = await csv.agreeingBytes(found.rows);
    demand(agreed === found.rows.length, 'wrong-csv', () => nameRecord(findRow(task, agreed)));
    for (const [kind, count] of Object.entries(found.counts)) counts[kind] = (counts[kind] ?? 0) + count;
    erased += found.erased;
  };
  try {
    const header = Buffer.from(`\ufeff${columns.join(',')}\r\n`, 'utf8');
    demand((await csv.agreeingBytes(header)) === header.length, 'wrong-csv', 'records.csv dòng/line 1');
    let first = 0;
    const leaves = expected.take();
    leaves.next();
    const underWay = [];
    for await (const batch of readBatches(summed(source, name, sums), name)) {
      const lines = countLines(batch);
      const task = { batch, leaves: leaves.next(lines).value, first, columns };
      underWay.push({ task, checked: checkers.check(task) });
      first += lines;
      if (underWay.length > checkers.atOnce) await settle(underWay.shift());
    }
    for (const one of underWay) await settle(one);
    const [missing] = leaves.next(1).value;
    if (missing !== undefined) throw new EvidenceFault('removed', nameRecord(JSON.parse(missing)));
    demand(await csv.isAtEnd(), 'extra-csv', 'records.csv');
  } finally {
    await csv.close();
  }
  const agree = toCanonical(counts) === toCanonical(manifest.records) && erased === manifest.erased;
  demand(agree, 'wrong-counts', 'manifest.json');
  return { counts, erased };
}

/** The record whose row a byte of the batch's rows belongs to. */
function findRow({ batch, columns }, position) {
  const formatRow = createCsvFormatter(columns);
  let end = 0;
  for (const line of cutLines(batch)) {
    const record = JSON.parse(line.toString('utf8'));
    end += Buffer.byteLength(formatRow(record));
    if (position < end) return record;
  }
  throw new RangeError('the batch has fewer rows');
}

/**
 * Checks the lines of a batch, of which the first is line `first` (from 0) of its file, against their leaves; returns the
 * rows that records.csv must have for them, and counts.
 */
function checkBatch({ batch, leaves, first, columns }, isSealed) {
  const formatRow = createCsvFormatter(columns);
  const known = new Set(columns);
  const rows = [];
  const counts = {};
  let erased = 0;
  for (const line of cutLines(batch)) {
    const number = rows.length;
    const leaf = number < leaves.length ? JSON.parse(leaves[number]) : undefined;
    const record = checkRecord(line, leaf, first + number + 1, isSealed);
    const columned = Object.keys(record.body).every((member) => known.has(member));
    demand(columned, 'bad-manifest', 'manifest.json', 'columns');
    rows.push(Buffer.from(formatRow(record), 'utf8'));
    counts[record.kind] = (counts[record.kind] ?? 0) + 1;
    if (record.words === null) erased += 1;
  }
  return { rows: Buffer.concat(rows), counts, erased };
}

/** Checks one line against the leaf that should be its own; returns the record. */
function checkRecord(line, leaf, number, isSealed) {
  const where = () => `records.jsonl dòng/line ${number}`;
  const { text, value: record } = parseJson(line) ?? {};
  if (!isRecord(record)) {
    throw new EvidenceFault('unreadable', leaf === undefined ? where() : `${where()}, ${nameRecord(leaf)}`);
  }
  const check = (condition, code) => {
    if (!condition) throw new EvidenceFault(code, `${where()}, ${nameRecord(record)}`);
  };
  if (leaf === undefined || isBefore(record, leaf)) check(false, isSealed(record) ? 'repeated' : 'inserted');
  demand(record.kind === leaf.kind && record.seq === leaf.seq, 'removed', () => nameRecord(leaf));
  check(record.at === leaf.at, 'redated');
  const wordsText = writeWords(record);
  const isCanonical = text === toCanonical(record);
  // What is written as it must be holds the body's canonical bytes; they need not be made again.
  const bodyHash =
    isCanonical && wordsText !== undefined
      ? crypto
          .createHash('sha256')
          .update(bodyPrefixByte)
          .update(bodyOf(line, record, wordsText))
          .digest('hex')
      : hex(bodyPrefix, toCanonical(record.body));
  check(bodyHash === leaf.body, 'changed');
  check(wordsText !== undefined, 'wrong-words');
  check(isCanonical, 'not-canonical');
  return record;
}

function isRecord(record) {
  if (!isObject(record)) return false;
  const { at, body, kind, seq, words, ...others } = record;
  return (
    typeof at === 'string' &&
    isObject(body) &&
    isKind(kind) &&
    isCount(seq) &&
    (words === undefined || words === null || isObject(words)) &&
    Object.keys(others).length === 0
  );
}

/** The bytes of the body in a line that is written as it must be. */
function bodyOf(line, { at, kind, seq }, wordsText) {
  const start = `{"at":"${at}","body":`.length;
  const behind = `,"kind":"${kind}","seq":${seq}${wordsText}}`;
  return line.subarray(start, line.length - Buffer.byteLength(behind));
}

const wordNames = ['explanation', 'maskedText', 'salt'];
const saltForm = /^([0-9a-f]{2}){16,64}$/;

/**
 * How the line goes on with the words. They must be there, or null when erased, exactly where the sealed body commits to
 * them, and open the commitment; otherwise undefined.
 */
function writeWords({ body, words }) {
  if (body.wordsCommitment === undefined) return words === undefined ? '' : undefined;
  if (words === null) return ',"words":null';
  if (!hasExactly(words, wordNames) || typeof words.salt !== 'string' || !saltForm.test(words.salt))
    return undefined;
  const { salt } = words;
  const members = `"explanation":${toCanonical(words.explanation)},"maskedText":${toCanonical(words.maskedText)}`;
  const committed = Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(`{${members}}`, 'utf8')]);
  return sha256(committed, 'hex') === body.wordsCommitment
    ? `,"words":{${members},"salt":"${salt}"}`
    : undefined;
}

// Threads -----------------------------------------------------------------------------------------------------------

const threadMark = 'checks batches of evidence';
/** A bundle of fewer records is checked sooner than threads have started. */
const recordsWorthThreads = 20_000;
const threadsAtMost = 8;

function countThreads(records) {
  if (records < recordsWorthThreads) return 0;
  return Math.min(threadsAtMost, os.availableParallelism?.() ?? os.cpus().length);
}

/** Threads that check batches, each its share in turn. */
class CheckingThreads {
  constructor(threads) {
    this.next = 0;
    this.threads = Array.from({ length: threads }, () => {
      const worker = new Worker(fileURLToPath(import.meta.url), {
        workerData: threadMark,
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      const waiting = [];
      const giveUp = () => {
        for (const settle of waiting.splice(0)) settle(undefined);
      };
      worker.on('message', (found) => waiting.shift()(found));
      worker.on('error', giveUp);
      worker.on('exit', giveUp);
      return { worker, waiting };
    });
    /** How many batches are under way at most: more would only take memory. */
    this.atOnce = threads * 2;
  }

  /** Takes the batch's memory over. Gives what `checkBatch` gives, or undefined when something is wrong with the batch. */
  check(task) {
    const { worker, waiting } = this.threads[this.next % this.threads.length];
    this.next += 1;
    return new Promise((settle) => {
      waiting.push(settle);
      worker.postMessage(task, [task.batch.buffer]);
    });
  }

  async close() {
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }
}

/** Checks batches for the thread that started this one. */
function serveBatches() {
  parentPort.on('message', ({ batch, ...task }) => {
    let found;
    try {
      const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
      found = checkBatch({ ...task, batch: bytes }, () => false);
    } catch {
      found = undefined;
    }
    parentPort.postMessage(found);
  });
}

// The whole ---------------------------------------------------------------------------------------------------------

/**
 * Verifies a bundle: a zip or the folder that it was unpacked into. `threads` check the records; by itself it takes none for
 * a small bundle, and one a core for a large one.
 * @throws {EvidenceFault} that names the first thing that is wrong.
 */
export async function verifyEvidence(path, { roots = [], threads } = {}) {
  for (const root of roots) demand(/^[0-9a-f]{64}$/i.test(root), 'bad-root', root.slice(0, 80));
  const source = await openSource(path);
  const manifest = await readManifest(source);
  const sums = {};
  const chain = await readSeals(source, manifest, sums);
  const trusted = roots.map((root) => {
    const seal = chain.seals.get(root.toLowerCase());
    demand(seal !== undefined, 'unknown-root', root);
    return seal.number;
  });
  const recordsAfter = (from) =>
    [...chain.seals.values()].reduce((sum, { number, inPeriod }) => sum + (number > from ? inPeriod : 0), 0);
  const several = threads ?? countThreads(recordsAfter(0));
  const { counts, erased } = await readRecords(source, manifest, chain.expected, sums, several);
  for (const name of ['evidence.md', 'verify.mjs']) await readWhole(summed(source, name, sums));
  for (const [name, file] of Object.entries(manifest.files)) {
    demand(toCanonical(sums[name]) === toCanonical(file), 'bad-file', name);
  }
  const trustedThrough = trusted.length === 0 ? null : Math.max(...trusted);
  return {
    unit: manifest.unit,
    period: manifest.period,
    exportedAt: manifest.exportedAt,
    checksum: manifest.checksum,
    records: counts,
    erased,
    seals: chain.seals.size,
    seal: chain.end,
    sealedAt: chain.sealedAt,
    late: chain.late,
    trustedThrough,
    afterTrusted: trustedThrough === null ? null : recordsAfter(trustedThrough),
    verifier: manifest.files['verify.mjs'].sha256,
  };
}

const vietnamOffsetMs = 7 * 60 * 60 * 1000;

/** An instant as a person in Vietnam reads it. */
function toLocal(instant) {
  const local = new Date(Date.parse(instant) + vietnamOffsetMs).toISOString();
  return `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 19)}`;
}

/** What was verified, and what verifying cannot say, for a person. */
export function formatSummary(summary) {
  const { period, records, erased, seal, late, trustedThrough, afterTrusted } = summary;
  const counts = Object.entries(records).map(([kind, count]) => `${kind} ${count}`);
  const lines = [
    'NGUYÊN VẸN / INTACT',
    `Đơn vị / unit: ${summary.unit}`,
    `Kỳ / period: ${period.id}, từ ${toLocal(period.from)} đến trước ${toLocal(period.to)} (giờ Việt Nam)`,
    `Bản ghi / records: ${counts.join(', ')}; đã xoá lời nhắn / words erased: ${erased}`,
    seal === null
      ? 'Chưa có niêm phong nào / nothing was sealed yet'
      : `Niêm phong mới nhất / newest seal: số ${seal.number}, ${toLocal(summary.sealedAt)}\nGốc / root: ${seal.hash}`,
    `Mã kiểm của gói / bundle checksum: ${summary.checksum}`,
  ];
  if (late > 0) {
    lines.push(
      `Lưu ý / note: ${late} bản ghi được niêm phong muộn hơn 24 giờ / sealed more than 24 hours late`,
    );
  }
  if (trustedThrough === null) {
    lines.push(
      'Lưu ý: chưa đối chiếu với gốc tin cậy. Nếu toàn bộ chuỗi bị làm lại một cách nhất quán thì không thể phát hiện; hãy chạy lại với --root và gốc in trên báo cáo đã nộp.',
      'Note: not compared with a trusted root. A consistent re-sealing of everything cannot be detected without one; run again with --root and the root printed on a filed report.',
    );
  } else {
    lines.push(
      `Khớp gốc tin cậy đến niêm phong số ${trustedThrough} / matches the trusted root up to that seal`,
    );
    if (afterTrusted > 0) {
      lines.push(
        `Lưu ý / note: ${afterTrusted} bản ghi niêm phong sau gốc tin cậy / records sealed after the trusted root`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The message for a bundle that failed. */
export function formatFailure(error) {
  const reason =
    error instanceof EvidenceFault
      ? error.message
      : `không đọc được / cannot be read (${error?.message ?? error})`;
  return `KHÔNG ĐẠT / FAILED\n${reason}\n`;
}

async function main(words) {
  const roots = [];
  const paths = [];
  for (let index = 0; index < words.length; index += 1) {
    if (words[index] === '--root') {
      index += 1;
      roots.push(words[index] ?? '');
    } else paths.push(words[index]);
  }
  if (paths.length !== 1) {
    process.stderr.write('node verify.mjs F.zip [--root HEX ...]\n');
    return 1;
  }
  try {
    process.stdout.write(formatSummary(await verifyEvidence(paths[0], { roots })));
    return 0;
  } catch (error) {
    process.stdout.write(formatFailure(error));
    return 1;
  }
}

/** Whether this file was started, and not imported by the command line of the whole system. */
function isStarted() {
  try {
    return realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url);
  } catch {
    return false;
  }
}

if (!isMainThread && workerData === threadMark) serveBatches();
else if (isStarted()) process.exitCode = await main(process.argv.slice(2));
