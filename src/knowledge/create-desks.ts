import { join } from 'node:path';
import { createContentDesk, type ContentDesk } from '../content/editing/content-desk.ts';
import type { Library } from '../content/library.ts';
import type { ContentChangeStore } from '../core/content-change.ts';
import type { TrainingStore } from '../core/training.ts';
import type { UnitControlStore } from '../core/unit-control.ts';
import { lintContent } from '../prepare-content.ts';
import { createReviewDesk, type ReviewDesk } from '../review/review-desk.ts';
import type { Database } from '../storage/sql/database.ts';
import { createReviewStore } from '../storage/sql/review-store.ts';
import { draftCacheDir, type Knowledge, type KnowledgeSources } from './load-knowledge.ts';
import { measureEffect } from './measure-effect.ts';

/** Where staff improve what the bot knows and says. */
export interface Desks {
  review: ReviewDesk;
  content: ContentDesk;
  /** Notices and kill switches. */
  controls: UnitControlStore;
  /** Published changes that this process could not take over. */
  setAside(): readonly string[];
}

export interface DeskSources {
  sources: KnowledgeSources & { training: TrainingStore; changes: ContentChangeStore };
  database: Database;
  controlStore: UnitControlStore;
  library(): Library;
  served(): Knowledge;
}

/** Builds the desks on the stores and on what is served. */
export function createDesks(options: DeskSources): Desks {
  const { sources, database, controlStore } = options;
  const { contentDir, unitsDir, intentsDir, bubbleLimitChars, cacheDir, clock, logger } = sources;
  return {
    review: createReviewDesk({
      review: createReviewStore(database),
      training: sources.training,
      measureEffect: ({ current, draft }) => {
        const { catalogue } = options.served();
        return measureEffect({
          understanding: {
            intentsDir,
            contentDir,
            cacheDir,
            ...(catalogue.size === 0 ? {} : { catalogue: catalogue.list() }),
          },
          draftCacheDir: draftCacheDir(sources),
          goldenDir: join(contentDir, '../test/golden'),
          current,
          draft,
        });
      },
      clock,
      logger,
    }),
    content: createContentDesk({
      changes: sources.changes,
      library: () => options.library(),
      lint: (overlay, day) =>
        lintContent({ paths: { contentDir, unitsDir, intentsDir, overlay }, bubbleLimitChars, day }),
      clock,
    }),
    controls: controlStore,
    setAside: () => options.served().setAside,
  };
}
