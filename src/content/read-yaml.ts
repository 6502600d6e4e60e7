import { isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { errorMessage } from '../core/errors.ts';
import type { Finding } from './finding.ts';

/** A checked YAML file; `value` is undefined when `findings` holds errors. */
export interface YamlFile<T> {
  value: T | undefined;
  findings: Finding[];
  /** Line of the deepest part of a path that the file has. */
  lineOf(path: readonly PropertyKey[]): number;
  /** Line of one character of the text at a path. */
  lineInText(path: readonly PropertyKey[], offset: number): number;
}

/** Reads YAML and checks its shape; every fault is listed with its line, none is thrown. */
export function parseYaml<S extends z.ZodType>(text: string, shownPath: string, schema: S): YamlFile<z.output<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (path: readonly PropertyKey[]) => lineOfPath(document, lines, path);
  const lineInText = (path: readonly PropertyKey[], offset: number) => {
    const node: unknown = document.getIn(path, true);
    const isLiteral = isScalar<string>(node) && node.type === 'BLOCK_LITERAL';
    // The text of a literal block begins on the line after its mark; other forms fold their line breaks.
    const below = isLiteral ? node.value.slice(0, offset).split('\n').length : 0;
    return lineOf(path) + below;
  };
  const syntax = document.errors.map((error): Finding => ({
    code: 'yaml-syntax',
    severity: 'error',
    file: shownPath,
    line: error.linePos?.[0].line ?? 1,
    message: `Tệp YAML sai cú pháp: ${error.message.split('\n')[0] ?? ''}`,
    fix: 'Kiểm tra thụt dòng và dấu nháy ở dòng này',
  }));
  if (syntax.length > 0) return { value: undefined, findings: syntax, lineOf, lineInText };
  const read = toPlain(document);
  if (!read.ok) {
    const message = `Tệp YAML dùng dấu & hoặc * sai chỗ: ${read.reason}`;
    const fix = 'Viết đủ nội dung thay cho dấu &, *; trong câu chữ thì đặt trong dấu nháy';
    const finding: Finding = { code: 'yaml-syntax', severity: 'error', file: shownPath, line: 1, message, fix };
    return { value: undefined, findings: [finding], lineOf, lineInText };
  }
  const result = schema.safeParse(read.value);
  if (result.success) return { value: result.data, findings: [], lineOf, lineInText };
  const findings = result.error.issues.map((issue): Finding => ({
    code: 'schema',
    severity: 'error',
    file: shownPath,
    // A key that nobody knows stands on its own line, not on that of what holds it.
    line: lineOf(issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path),
    message: `${issue.path.map(String).join('.') || 'tệp'}: ${issue.message}`,
    fix: 'Sửa theo docs/content.md, hoặc so với một tệp cùng loại',
  }));
  return { value: undefined, findings, lineOf, lineInText };
}

/** References are followed only now: one that leads nowhere, or to far too much, is no fault of syntax. */
function toPlain(document: Document): { ok: true; value: unknown } | { ok: false; reason: string } {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 20 }) };
  } catch (error) {
    return { ok: false, reason: errorMessage(error) };
  }
}

/** Line of the deepest part of `path` that the document has. */
function lineOfPath(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}
