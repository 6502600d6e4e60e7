import { isAlias, parseDocument, visit, type Document, type Node } from 'yaml';
import { contentChange, type ContentChange, type SectionChange } from './content-change.ts';

/** Published changes in the order in which they count: a later one for the same part wins. */
export type Overlay = readonly OverlayChange[];

export interface OverlayChange {
  id: string;
  change: ContentChange;
}

export const noOverlay: Overlay = [];

/** The file that a change belongs to, as content files are named in findings; the kind of a topic's folder is open. */
export function isOf(change: ContentChange, file: string): boolean {
  const [, folder, name] = /^content\/([a-z]+)\/([^/]+)\.yaml$/.exec(file) ?? [];
  return change.kind === 'section'
    ? (folder === 'procedures' || folder === 'guides') && name === change.topic
    : folder === 'units' && name === change.unit;
}

/**
 * The text of a content file with the published changes in it; the very text when there are none. A change that is not
 * of the known form changes nothing: it was written by another version.
 */
export function applyOverlay(file: string, text: string, overlay: Overlay): string {
  const changes = overlay.filter(({ change }) => isOf(change, file));
  if (changes.length === 0) return text;
  const document = parseDocument(text);
  if (document.errors.length > 0) return text;
  writeOutAliases(document);
  for (const { change } of changes) {
    const parsed = contentChange.safeParse(change);
    if (parsed.success) applyChange(document, parsed.data);
  }
  return document.toString({ lineWidth: 0 });
}

/** A part that is replaced may hold the anchor of another one: each gets a copy of its own. */
function writeOutAliases(document: Document): void {
  visit(document, {
    Alias(_key, alias) {
      const meant = alias.resolve(document);
      return meant === undefined || isAlias(meant) ? undefined : (meant.clone() as typeof meant);
    },
  });
  visit(document, {
    Value(_key, node) {
      delete node.anchor;
    },
  });
}

function applyChange(document: Document, change: ContentChange): void {
  if (change.kind === 'section') return applySection(document, change);
  document.set(change.fact, createNode(document, change.value));
}

function applySection(document: Document, change: SectionChange): void {
  document.setIn(['sections', change.aspect], createNode(document, change.entries));
  const { sources = [] } = document.toJS() as { sources?: { id: string }[] };
  const replaced = new Set(change.sources.map(({ id }) => id));
  const kept = sources.filter(({ id }) => !replaced.has(id));
  document.set('sources', createNode(document, [...kept, ...change.sources]));
  for (const key of ['reviewed', 'reviewed_by', 'review_by'] as const) document.set(key, change[key]);
}

function createNode(document: Document, value: unknown): Node {
  return document.createNode(value, { aliasDuplicateObjects: false });
}
