import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.ts';
import type { SecretBox } from '../core/ports.ts';

const formatVersion = 1;
const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM under a 32-byte key derived from the deployment's secret for one purpose.
 * Sealed form: version (1) ‖ iv (12) ‖ ciphertext ‖ tag (16), the context authenticated.
 * `open` throws AppError `invalid-input` for anything that was not sealed by this key with this context.
 */
export function createSecretBox(key: Uint8Array): SecretBox {
  return {
    seal(plain, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(Buffer.from(context, 'utf8'));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(formatVersion), iv, body, cipher.getAuthTag()]);
    },
    open(sealed, context) {
      if (sealed.length < 1 + ivBytes + tagBytes || sealed[0] !== formatVersion) throw unreadable();
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + ivBytes));
      decipher.setAAD(Buffer.from(context, 'utf8'));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      try {
        const body = sealed.subarray(1 + ivBytes, sealed.length - tagBytes);
        return Buffer.concat([decipher.update(body), decipher.final()]);
      } catch (error) {
        throw unreadable(error);
      }
    },
  };
}

function unreadable(cause?: unknown): AppError {
  return new AppError(
    'invalid-input',
    'A stored secret cannot be opened: SECRET_KEY is not the one that it was sealed with, or the data was changed. Restore the SECRET_KEY.',
    { cause },
  );
}
