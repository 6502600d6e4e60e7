import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { parseYaml } from './read-yaml.ts';
import { reportPresetsSchema } from './report-presets-schema.ts';

export type ReportPreset = z.infer<typeof reportPresetsSchema>['presets'][number];

/**
 * What communication plans ask of an office, by id.
 * @throws AppError `content` that lists every fault with its line.
 */
export async function loadReportPresets(contentDir: string): Promise<ReadonlyMap<string, ReportPreset>> {
  const shown = 'content/presets/reports.yaml';
  const { value, findings } = parseYaml(
    await readFile(join(contentDir, 'presets/reports.yaml'), 'utf8'),
    shown,
    reportPresetsSchema,
  );
  if (value === undefined) {
    throw new AppError(
      'content',
      findings.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'),
    );
  }
  return new Map(value.presets.map((preset) => [preset.id, preset]));
}
