import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import { portalsSchema } from './portals-schema.ts';
import { parseYaml } from './read-yaml.ts';

/**
 * Hosts that links of replies may lead to.
 * @throws AppError `content` when content/portals.yaml has a fault.
 */
export async function loadAllowedHosts(contentDir: string): Promise<readonly string[]> {
  const text = await readFile(join(contentDir, 'portals.yaml'), 'utf8');
  const { value, findings } = parseYaml(text, 'content/portals.yaml', portalsSchema);
  if (value === undefined) {
    throw new AppError(
      'content',
      findings.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'),
    );
  }
  return value.allowed_hosts;
}
