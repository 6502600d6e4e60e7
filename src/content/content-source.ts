import { watch, type FSWatcher } from 'node:fs';
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
function watchFolder(dir: string, logger: Logger, onEdit: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, { recursive: true, persistent: false }, (_event, name) => {
      if (name === null || isContentFile(name)) onEdit();
    });
    watcher.on('error', (error) => logger.warn({ reason: error.message }, 'content is not watched any more'));
    return watcher;
  } catch (error) {
    logger.warn({ reason: errorMessage(error) }, 'content is not watched; restart after an edit');
    return undefined;
  }
}

/** Editors write temporary files beside the real ones. */
function isContentFile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !/(^|[\\/])[.#~]/.test(name);
}
