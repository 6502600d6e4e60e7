import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest path that every system accepts for a Unix socket. */
const socketPathLimit = 100;

/**
 * Where a server that owns the embedded database listens for commands of the same machine and user. Follows from the
 * data directory, so that a command finds it without asking.
 */
export function controlSocketPath(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\tthc-${name}`;
  const inside = join(dataDir, 'control.sock');
  return inside.length <= socketPathLimit ? inside : join(tmpdir(), `tthc-${name}.sock`);
}
