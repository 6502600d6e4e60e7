import {
  loadCatalogue,
  type CatalogueLibrary,
  type CatalogueSource,
} from '../content/catalogue/catalogue-library.ts';
import type { Library } from '../content/library.ts';
import { readContent } from '../content/load-library.ts';
import { isOf, noOverlay, type Overlay } from '../content/overlay/apply-overlay.ts';
import { contentChange } from '../content/overlay/content-change.ts';
import { vietnamDay } from '../core/clock.ts';
import type { ContentChangeStore } from '../core/content-change.ts';
import { AppError } from '../core/errors.ts';
import type { Clock, Logger } from '../core/ports.ts';
import type { TrainingStore } from '../core/training.ts';
import type { Understanding } from '../core/understood.ts';
import { ContentRefused, prepareContent } from '../prepare-content.ts';
import { loadUnderstanding, type UnderstandingOptions } from '../understanding/load-understanding.ts';
import { rememberUnderstood } from '../understanding/remember-understood.ts';
import { toLearnt } from './learnt-examples.ts';

/** What the bot knows at one moment: answers, the model, the catalogue behind them. */
export interface Knowledge {
  version: string;
  library: Library;
  understanding: Understanding;
  catalogue: CatalogueLibrary;
  /** What `readMark` said just before it was read. */
  mark: string;
  /** Published changes that could not be taken over, because the content would have been broken by them. */
  setAside: readonly string[];
}

export interface KnowledgeSources {
  contentDir: string;
  unitsDir: string;
  intentsDir: string;
  /** Where trained models are kept. */
  cacheDir: string;
  bubbleLimitChars: number;
  /** Reads the library with published changes in it. */
  loadLibrary(overlay: Overlay): Promise<Library>;
  catalogue: CatalogueSource;
  training: Pick<TrainingStore, 'inForce' | 'mark'>;
  changes: Pick<ContentChangeStore, 'inForce' | 'mark'>;
  clock: Clock;
  logger: Logger;
}

/** A short text that changes whenever what is published in the database does; cheap to ask. */
export async function readMark({ training, changes, clock }: KnowledgeSources): Promise<string> {
  return `${await training.mark()}:${await changes.mark(clock.now().toISOString())}`;
}

/**
 * Reads files, published changes, published examples and the catalogue. Without the files' library that is `loaded`
 * already, everything is linted and the model trained in a worker thread first. Published changes that break the content
 * are set aside: the files go on.
 * @throws AppError `content` when the files themselves must not be served.
 */
export async function loadKnowledge(
  sources: KnowledgeSources,
  loaded: Library | undefined,
): Promise<Knowledge> {
  const mark = await readMark(sources);
  const catalogue = await loadCatalogue(sources.catalogue);
  const { examples } = await sources.training.inForce();
  const options: UnderstandingOptions = {
    intentsDir: sources.intentsDir,
    contentDir: sources.contentDir,
    cacheDir: sources.cacheDir,
    examples: toLearnt(examples),
    ...(catalogue.size === 0 ? {} : { catalogue: catalogue.list() }),
  };
  const published = await readOverlay(sources);
  const overlay = await setAsideBroken(published, sources, (tried) =>
    loaded === undefined ? prepare(tried, options, sources) : readOnce(tried, sources),
  );
  const library = loaded !== undefined && overlay.length === 0 ? loaded : await sources.loadLibrary(overlay);
  const understanding = rememberUnderstood(loadUnderstanding(options));
  const setAside = published.filter((change) => !overlay.includes(change)).map(({ id }) => id);
  const version = [library.version, understanding.version, catalogue.version].join('.');
  return { version, library, understanding, catalogue, mark, setAside };
}

/** Published changes of the form that this version knows. */
async function readOverlay({ changes, clock }: KnowledgeSources): Promise<Overlay> {
  const rows = await changes.inForce(clock.now().toISOString());
  return rows.flatMap(({ id, change }) => {
    const parsed = contentChange.safeParse(change);
    return parsed.success ? [{ id, change: parsed.data }] : [];
  });
}

/**
 * The largest part of the overlay with which the content is sound: all of it, else without the changes to the files
 * that have errors, else none.
 */
async function setAsideBroken(
  published: Overlay,
  { logger }: KnowledgeSources,
  check: (overlay: Overlay) => Promise<void>,
): Promise<Overlay> {
  let tried = published;
  for (;;) {
    try {
      await check(tried);
      return tried;
    } catch (error) {
      if (tried.length === 0 || !(error instanceof AppError && error.code === 'content')) throw error;
      const broken = error instanceof ContentRefused ? error.files : new Set<string>();
      const kept = tried.filter(({ change }) => ![...broken].some((file) => isOf(change, file)));
      const next = kept.length < tried.length ? kept : noOverlay;
      const changes = tried.filter((change) => !next.includes(change)).map(({ id }) => id);
      logger.error(
        { changes, reasons: error.message.split('\n') },
        'published changes are set aside: they break the content',
      );
      tried = next;
    }
  }
}

async function prepare(
  overlay: Overlay,
  understanding: UnderstandingOptions,
  sources: KnowledgeSources,
): Promise<void> {
  const { contentDir, unitsDir, intentsDir, bubbleLimitChars } = sources;
  const day = vietnamDay(sources.clock.now());
  const paths = { contentDir, unitsDir, intentsDir, overlay };
  await prepareContent({ paths, understanding, bubbleLimitChars, day });
}

/** Before anything is served, shapes are enough: files and changes were linted before they came here. */
async function readOnce(overlay: Overlay, sources: KnowledgeSources): Promise<void> {
  if (overlay.length === 0 || (await isSound(overlay, sources))) return;
  const { contentDir, unitsDir } = sources;
  const { findings } = await readContent(contentDir, unitsDir, overlay);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new ContentRefused(
    errors.map(({ file, line, message }) => `${file}:${line} ${message}`),
    errors,
  );
}

/** From the cache, where nothing has changed since the last start. */
async function isSound(overlay: Overlay, sources: KnowledgeSources): Promise<boolean> {
  try {
    await sources.loadLibrary(overlay);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'content') return false;
    throw error;
  }
}
