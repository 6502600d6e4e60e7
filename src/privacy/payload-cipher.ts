import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { PayloadCipher, PayloadKeyStore, SecretBox, StoredPayloadKey } from '../core/ports.ts';
import { takeRandomBytes } from './random-bytes.ts';

const keyIdBytes = 16;
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const wrapContext = 'payload-key';

interface OpenKey {
  id: Uint8Array;
  key: KeyObject;
  /** Milliseconds of this process's monotonic clock after which the key seals nothing more. */
  sealsUntil: number;
}

export interface PayloadCipherOptions {
  keys: PayloadKeyStore;
  /** Wraps the keys at rest; derived from SECRET_KEY. */
  box: SecretBox;
  /** How long one key seals new items; default one hour. */
  periodMs?: number;
}

/**
 * Encrypts what waits in a queue. Each period has a random key of its own; when nothing waits under it any more it is
 * destroyed, and with it whatever old copies of the ciphertext a database keeps in logs and dead rows.
 * Sealed form: key id (16) ‖ iv (12) ‖ ciphertext ‖ tag (16), the key id authenticated.
 */
export function createPayloadCipher(options: PayloadCipherOptions): PayloadCipher & {
  /** Destroys the keys of past periods under which nothing waits; returns how many. Run it now and then. */
  discardUnused(): Promise<number>;
} {
  const periodMs = options.periodMs ?? 3_600_000;
  const opened = new Map<string, OpenKey>();
  let sealing: OpenKey | undefined;
  let choosing: Promise<OpenKey> | undefined;

  function unwrap({ id, wrapped }: Pick<StoredPayloadKey, 'id' | 'wrapped'>, sealsForMs: number): OpenKey {
    const key = {
      id,
      key: createSecretKey(options.box.open(wrapped, wrapContext)),
      sealsUntil: performance.now() + sealsForMs,
    };
    opened.set(toHex(id), key);
    return key;
  }

  /** The newest key of any process while its period lasts, so that processes share keys; else a new one. */
  async function chooseSealingKey(): Promise<OpenKey> {
    const newest = await options.keys.newest();
    if (newest !== undefined && newest.ageMs < periodMs) return unwrap(newest, periodMs - newest.ageMs);
    const stored = {
      id: randomBytes(keyIdBytes),
      wrapped: options.box.seal(randomBytes(keyBytes), wrapContext),
    };
    await options.keys.add(stored);
    return unwrap(stored, periodMs);
  }

  async function sealingKey(): Promise<OpenKey> {
    if (sealing !== undefined && sealing.sealsUntil > performance.now()) return sealing;
    choosing ??= chooseSealingKey().finally(() => {
      choosing = undefined;
    });
    sealing = await choosing;
    return sealing;
  }

  async function keyOf(id: Uint8Array): Promise<OpenKey> {
    const known = opened.get(toHex(id));
    if (known !== undefined) return known;
    const stored = await options.keys.read(id);
    if (stored === undefined) {
      throw new AppError(
        'not-found',
        'The key of this queued item was discarded; the item cannot be read any more.',
      );
    }
    // To open with; it seals nothing here, and is not kept for that.
    return unwrap(stored, -periodMs);
  }

  return {
    async seal(plain) {
      const { id, key } = await sealingKey();
      const iv = takeRandomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(id);
      return Buffer.concat([id, iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    async open(sealed) {
      if (sealed.length < keyIdBytes + ivBytes + tagBytes) throw damaged();
      const id = sealed.subarray(0, keyIdBytes);
      const { key } = await keyOf(id);
      const decipher = createDecipheriv(
        'aes-256-gcm',
        key,
        sealed.subarray(keyIdBytes, keyIdBytes + ivBytes),
      );
      decipher.setAAD(id);
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      try {
        const body = sealed.subarray(keyIdBytes + ivBytes, sealed.length - tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch (error) {
        throw damaged(error);
      }
    },
    async discardUnused() {
      // A key may have sealed something an instant before its period ended that is only now being stored: one more
      // period passes before a key counts as past. Our own are known to be in use whatever a clock says.
      const inUse = [...opened.values()].filter(
        ({ sealsUntil }) => sealsUntil + periodMs > performance.now(),
      );
      const discarded = await options.keys.discardUnused(
        2 * periodMs,
        inUse.map(({ id }) => id),
      );
      for (const [name, { id, sealsUntil }] of opened) {
        if (sealsUntil + periodMs < performance.now() && (await options.keys.read(id)) === undefined) {
          opened.delete(name);
        }
      }
      return discarded;
    },
  };
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function damaged(cause?: unknown): AppError {
  return new AppError('invalid-input', 'A queued item is damaged and cannot be opened.', { cause });
}
