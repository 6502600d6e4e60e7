import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { contactsSchema } from '../content/contacts-schema.ts';
import { flowSchema } from '../content/flow-schema.ts';
import { holidaysSchema } from '../content/holidays-schema.ts';
import { legalSchema } from '../content/legal-schema.ts';
import { outdatedClaimsSchema } from '../content/outdated-claims-schema.ts';
import { placesSchema } from '../content/places-schema.ts';
import { portalsSchema } from '../content/portals-schema.ts';
import { provincesSchema } from '../content/provinces-schema.ts';
import { topicSchema } from '../content/topic-schema.ts';
import { unitSchema } from '../content/unit-schema.ts';
import { wordingSchema } from '../content/wording-schema.ts';
import { intentSchema } from '../understanding/intent-schema.ts';
import {
  aspectsSchema,
  confusableSchema,
  lexiconSchema,
  outOfScopeSchema,
  sensitiveSchema,
  smalltalkSchema,
} from '../understanding/rule-schemas.ts';

/** Each kind of file that editors write: its schema, and which files have it. */
const schemas: Record<string, { schema: z.ZodType; files: string[] }> = {
  topic: { schema: topicSchema, files: ['content/procedures/*.yaml', 'content/guides/*.yaml'] },
  flow: { schema: flowSchema, files: ['content/flows/*.yaml'] },
  unit: { schema: unitSchema, files: ['content/units/*.yaml'] },
  legal: { schema: legalSchema, files: ['content/legal.yaml'] },
  contacts: { schema: contactsSchema, files: ['content/contacts.yaml'] },
  portals: { schema: portalsSchema, files: ['content/portals.yaml'] },
  provinces: { schema: provincesSchema, files: ['content/provinces.yaml'] },
  places: { schema: placesSchema, files: ['content/places.yaml'] },
  holidays: { schema: holidaysSchema, files: ['content/holidays.yaml'] },
  'outdated-claims': { schema: outdatedClaimsSchema, files: ['content/outdated-claims.yaml'] },
  wording: { schema: wordingSchema, files: ['content/wording.yaml'] },
  intent: { schema: intentSchema, files: ['intents/procedures/*.yaml', 'intents/guides/*.yaml'] },
  aspects: { schema: aspectsSchema, files: ['intents/aspects.yaml'] },
  lexicon: { schema: lexiconSchema, files: ['intents/_lexicon.yaml'] },
  smalltalk: { schema: smalltalkSchema, files: ['intents/smalltalk.yaml'] },
  confusable: { schema: confusableSchema, files: ['intents/confusable.yaml'] },
  sensitive: { schema: sensitiveSchema, files: ['intents/sensitive.yaml'] },
  'out-of-scope': { schema: outOfScopeSchema, files: ['intents/out-of-scope.yaml'] },
};

/** File in `dir` that tells an editor program which schema belongs to which files (`yaml.schemas` of its settings). */
const mappingFile = 'yaml-schemas.json';

/**
 * Writes one JSON Schema for each kind of file, and the mapping from schemas to files.
 * @returns the names of the files written.
 */
export async function writeSchemas(dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const mapping: Record<string, string[]> = {};
  for (const [name, { schema, files }] of Object.entries(schemas)) {
    const file = `${name}.schema.json`;
    const json = z.toJSONSchema(schema, { io: 'input' });
    await writeFile(join(dir, file), `${JSON.stringify(json, null, 2)}\n`);
    mapping[file] = files;
  }
  await writeFile(join(dir, mappingFile), `${JSON.stringify(mapping, null, 2)}\n`);
  return [...Object.keys(mapping), mappingFile];
}
