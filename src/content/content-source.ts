import { readdirSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../core/errors.ts';
import type { Logger } from '../core/ports.ts';

/** What is served at one moment, replaced as a whole. `version` tells whether an edit changed anything. */
export interface Versioned {
  readonly version: string;
}

export interface ContentSourceOptions<T extends Versioned> {
  /** Reads everything anew, without holding up the event loop; rejects when what it read must not be served. */
  load: () => Promise<T>;
  /** Folders whose files are watched, with all folders below. */
  watchDirs: readonly string[];
  /** Told after the new state has taken the place of the old. */
  onChange?: (state: T) => void;
  logger: Logger;
  /** Quiet time after the last change before files are read: editors save in several steps. */
  settleMs?: number;
}

export interface ContentSource<T extends Versioned> {
  /** What is served now. */
  current(): T;
  /**
   * Reads anew at once; resolves to whether the state is sound (then `current` is the new one). Calls while a reading
   * runs share the next one, so that nothing that was saved before the call is missed.
   */
  reload(): Promise<boolean>;
  /** Stops watching; a reading that runs changes nothing any more. */
  close(): void;
}

const defaultSettleMs = 300;

/**
 * Serves a state that is read from files and renews it when they change: a sound new state replaces the old at once and
 * as a whole; an unsound one is refused with the reasons in the log, and the old one goes on.
 * Rejects when the first reading fails: nothing may be served then.
 */
export async function createContentSource<T extends Versioned>(
  options: ContentSourceOptions<T>,
): Promise<ContentSource<T>> {
  const { load, watchDirs, onChange, logger, settleMs = defaultSettleMs } = options;
  let state = await load();
  let closed = false;
  let running: Promise<boolean> | undefined;
  let following: Promise<boolean> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const readAnew = async (): Promise<boolean> => {
    let next: T;
    try {
      next = await load();
    } catch (error) {
      const reasons = errorMessage(error).split('\n').filter((line) => line !== '');
      if (!closed) logger.error({ reasons }, 'edited content is refused; the content from before goes on');
      return false;
    }
    if (closed || next.version === state.version) return !closed;
    const previous = state.version;
    state = next;
    logger.info({ version: next.version, previous }, 'content has been renewed');
    onChange?.(next);
    return true;
  };
  const reload = (): Promise<boolean> => {
    if (running === undefined) {
      running = readAnew().finally(() => {
        running = undefined;
      });
      return running;
    }
    following ??= running.then(() => {
      following = undefined;
      return reload();
    });
    return following;
  };

  const watchers = watchDirs.map((dir) =>
    watchFolder(dir, logger, () => {
      clearTimeout(timer);
      timer = setTimeout(() => void reload(), settleMs);
    }),
  );
  return {
    current: () => state,
    reload,
    close() {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher?.close();
    },
  };
}

/** Where watching is not possible (some network file systems), content is renewed on restart only, and that is said. */
function watchFolder(dir: string, logger: Logger, onEdit: () => void): { close(): void } | undefined {
  try {
    return watchTree(dir, onEdit, (reason) => logger.warn({ reason }, 'content is not watched any more'));
  } catch (error) {
    logger.warn({ reason: errorMessage(error) }, 'content is not watched; restart after an edit');
    return undefined;
  }
}

/**
 * Watches a folder and each folder below by a watcher of its own. One recursive watcher would follow the files
 * themselves on Linux, and lose a file for good when an editor saves by renaming.
 */
function watchTree(root: string, onEdit: () => void, onLost: (reason: string) => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  /** Follows the folders that there are now; whether one was new. */
  const follow = (): boolean => {
    const folders = listFolders(root);
    for (const folder of watchers.keys()) if (!folders.includes(folder)) drop(folder);
    const fresh = folders.filter((folder) => !watchers.has(folder));
    for (const folder of fresh) {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        try {
          if (follow() || name === null || isContentFile(name)) onEdit();
        } catch (error) {
          onLost(errorMessage(error));
        }
      });
      watcher.on('error', (error) => {
        drop(folder);
        if (folder === root) onLost(error.message);
      });
      watchers.set(folder, watcher);
    }
    return fresh.length > 0;
  };
  follow();
  return { close: () => [...watchers.keys()].forEach(drop) };
}

function listFolders(root: string): string[] {
  const below = readdirSync(root, { withFileTypes: true, recursive: true });
  return [root, ...below.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))];
}

/** Editors write temporary files beside the real ones. */
function isContentFile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !/(^|[\\/])[.#~]/.test(name);
}
