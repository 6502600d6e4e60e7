import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a key is for; keys of different purposes are independent. */
export type KeyPurpose =
  | 'web-message'
  | 'pseudonym'
  | 'queue'
  | 'token'
  | 'cookie'
  | 'link'
  | 'citizen-text'
  | 'handover'
  | 'staff-form'
  | 'staff-secret';

export type DeriveKey = (purpose: KeyPurpose) => Uint8Array;

/** Tells two secrets apart without telling either; what a backup needs is named by it. */
export function fingerprintOf(secretKey: string): string {
  return Buffer.from(hkdfSync('sha256', secretKey, 'tthc-chatbot', 'fingerprint', 8)).toString('hex');
}

/** 256-bit keys derived (HKDF-SHA-256) from the deployment's one secret. */
export function createKeyDerivation(secretKey: string): DeriveKey {
  return (purpose) => new Uint8Array(hkdfSync('sha256', secretKey, 'tthc-chatbot', purpose, 32));
}

/**
 * The deployment's secret: as configured, else kept in `DATA_DIR/secret.key` (mode 600), made on first start.
 * Losing the file makes pseudonyms and stored tokens unreadable, so backups hold it.
 */
export async function loadSecretKey(configured: string | undefined, dataDir: string): Promise<string> {
  if (configured !== undefined) return configured;
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, 'secret.key');
  try {
    // `wx` lets only one of two simultaneous first starts make the key.
    await writeFile(file, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}
