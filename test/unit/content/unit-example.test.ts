import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { unitSchema } from '../../../src/content/unit-schema.ts';

const file = resolve(import.meta.dirname, '../../../content/units/_example.yaml');
const lines = readFileSync(file, 'utf8').split('\n');

interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
}

const schema = z.toJSONSchema(unitSchema, { io: 'input' }) as Schema;

/** Every field of a unit's file by its path; entries of lists and of maps are `*`. */
function fieldsOf(node: Schema, path: string[] = []): string[][] {
  const own = Object.entries(node.properties ?? {}).flatMap(([name, part]) => [
    [...path, name],
    ...fieldsOf(part, [...path, name]),
  ]);
  const entry = typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
  const entries = [...entry, ...(node.items === undefined ? [] : [node.items])];
  return [
    ...own,
    ...entries.flatMap((part) => fieldsOf(part, [...path, '*'])),
    ...(node.anyOf ?? []).flatMap((part) => fieldsOf(part, path)),
  ];
}

const fields = fieldsOf(schema);
const names = new Set(fields.flat());

/** The example with the fields that stand in it behind "#" written in. */
function writtenOut(): unknown {
  const isField = (line: string) => {
    const name = /^\s*# ([a-z_]+): \S/.exec(line)?.[1];
    return name !== undefined && names.has(name);
  };
  return parse(lines.map((line) => (isField(line) ? line.replace('# ', '') : line)).join('\n'));
}

function has(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (name === '*') return Object.values(value).some((part) => has(part, rest));
  return name in value && has((value as Record<string, unknown>)[name], rest);
}

describe('the example of a unit', () => {
  it('is a unit as it stands, and with all that it leaves out', () => {
    expect(unitSchema.safeParse(parse(lines.join('\n'))).error?.issues ?? []).toEqual([]);
    expect(unitSchema.safeParse(writtenOut()).error?.issues ?? []).toEqual([]);
  });

  it('shows every field that there is', () => {
    const example = writtenOut();
    expect(fields.length).toBeGreaterThan(60);
    expect(fields.filter((path) => !has(example, path)).map((path) => path.join('.'))).toEqual([]);
  });

  it('explains every part of the file in words', () => {
    const parts = lines.flatMap((line, at) => (/^[a-z_]+:/.test(line) ? [at] : []));
    const bare = parts.filter((at, index) => {
      const end = parts[index + 1] ?? lines.length;
      const above = lines[at - 1] ?? '';
      return !above.startsWith('#') && !lines.slice(at, end).some((line) => /^\s+# /.test(line));
    });
    expect(bare.map((at) => lines[at])).toEqual([]);
  });
});
