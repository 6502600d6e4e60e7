import { join } from 'node:path';
import { readyDir } from './cache/version-cache.ts';
import { readConfig } from './config.ts';
import { loadLibrary } from './content/load-library.ts';
import { noOverlay } from './content/overlay/apply-overlay.ts';
import { loadTranslator } from './content/translator.ts';
import { loadUnderstanding } from './understanding/load-understanding.ts';

/**
 * Run when the program is installed (`prepare` in package.json, and the Dockerfile): reads the content and trains the
 * model that come with it, so that a first start finds both. Whatever is edited afterwards is read and learnt anew.
 */
const { contentDir, unitsDir, intentsDir } = readConfig();
await loadTranslator(join(contentDir, 'locales'), readyDir);
await loadLibrary(contentDir, unitsDir, noOverlay, readyDir);
loadUnderstanding({ contentDir, intentsDir, cacheDir: readyDir });
