import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';

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

/**
 * The socket at which the server of a data directory listens. A long path leads to the folder that all users of the
 * machine share; there a socket counts only if the directory's owner made it.
 * @throws AppError `conflict` when somebody else did.
 */
export async function findControlSocket(dataDir: string): Promise<string> {
  const path = controlSocketPath(dataDir);
  const [socket, directory] = await Promise.all(
    [path, dataDir].map((each) => stat(each).catch(() => undefined)),
  );
  // One that is not there yet is told by the call.
  if (process.platform === 'win32' || socket === undefined || socket.uid === directory?.uid) return path;
  throw new AppError('conflict', `${path} không do chủ của ${dataDir} tạo ra; không gửi lệnh tới đó.`);
}
