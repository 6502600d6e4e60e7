import { findFreePort } from '../../services/commands.ts';

/** An address on this machine at which nobody listens. */
export async function findClosedUrl(): Promise<string> {
  return `http://127.0.0.1:${await findFreePort()}`;
}
