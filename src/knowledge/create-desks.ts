import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContentDesk } from '../content/editing/content-desk.ts';
import type { Library } from '../content/library.ts';
import type { Translator } from '../content/translator.ts';
import type { ContentChangeStore } from '../core/content-change.ts';
import type { TrainingStore } from '../core/training.ts';
import type { UnitControlStore } from '../core/unit-control.ts';
import { lintContent } from '../prepare-content.ts';
import { createReviewDesk } from '../review/review-desk.ts';
import type { StaffDesks } from '../staff/services.ts';
import type { Database } from '../storage/sql/database.ts';
import { createReviewStore } from '../storage/sql/review-store.ts';
import type { Knowledge, KnowledgeSources } from './load-knowledge.ts';
import { measureEffect } from './measure-effect.ts';
import { previewAnswers } from './preview-topic.ts';

export interface DeskSources {
  sources: KnowledgeSources & { training: TrainingStore; changes: ContentChangeStore };
  database: Database;
  controlStore: UnitControlStore;
  t: Translator;
  library(): Library;
  served(): Pick<Knowledge, 'library' | 'catalogue' | 'setAside'>;
}

/** Builds the desks on the stores and on what is served. */
export function createDesks(options: DeskSources): StaffDesks {
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
      readFile: (file) => readContentFile(file, { contentDir, unitsDir }),
      clock,
    }),
    controls: controlStore,
    preview: (preview) => previewAnswers(options.t, preview),
    setAside: () => options.served().setAside,
  };
}

/** `file` is a name that our own library gave: `content/<folder>/<id>.yaml`. */
async function readContentFile(
  file: string,
  { contentDir, unitsDir }: { contentDir: string; unitsDir: string },
): Promise<string | undefined> {
  const [, folder = '', name = ''] = file.split('/');
  const path = folder === 'units' ? join(unitsDir, name) : join(contentDir, folder, name);
  return readFile(path, 'utf8').catch(() => undefined);
}
