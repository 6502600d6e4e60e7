import { randomUUID } from 'node:crypto';
import { startOfVietnamDay, vietnamDay } from '../../core/clock.ts';
import type { ChangeFinding, ChangeStatus, ContentChangeStore, StoredChange } from '../../core/content-change.ts';
import { AppError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { Finding } from '../finding.ts';
import type { Library } from '../library.ts';
import { isConfirmed } from '../local-fact.ts';
import { applyOverlay, isOf, type Overlay } from '../overlay/apply-overlay.ts';
import { contentChange, describeTarget, unitSettings, type ContentChange } from '../overlay/content-change.ts';
import { readPart } from '../overlay/read-part.ts';

/** A stored edit with its content read. */
export type EditedChange = Omit<StoredChange, 'change'> & { change: ContentChange };

/** How editors change content: draft, submit, a second pair of eyes, in force on a day, back if need be. */
export interface ContentDesk {
  /**
   * Keeps a new draft and returns its id. Throws AppError `invalid-input` when it is not of the form, names something
   * that does not exist, or states a fact of a unit without saying who confirmed it and when.
   */
  draft(given: { change: unknown; note: string; officer: string }): Promise<string>;
  revise(id: string, given: { change: unknown; note: string; officer: string }): Promise<void>;
  /** Checks the draft as if it stood in the files and, without errors, puts it before an approver. */
  submit(id: string, officer: string): Promise<ChangeFinding[]>;
  /**
   * Puts it in force at once, or at 00:00 (Vietnam) of the day `from`, after checking it again. Not published when
   * there are errors: then they come back. Throws AppError `conflict` for the drafter's own edit.
   */
  approve(id: string, given: { officer: string; from: string | null; note: string }): Promise<ChangeFinding[]>;
  reject(id: string, officer: string, note: string): Promise<void>;
  withdraw(id: string, officer: string): Promise<void>;
  rollBack(id: string, officer: string, reason: string): Promise<void>;
  read(id: string): Promise<EditedChange | undefined>;
  list(query: { statuses?: readonly ChangeStatus[]; subject?: string }): Promise<EditedChange[]>;
  /** The YAML of `topic:<id>` or `unit:<id>` with what is published in it. Throws AppError `not-found`. */
  exportFile(subject: string): Promise<string>;
}

export interface ContentDeskTools {
  changes: ContentChangeStore;
  /** What is served now, published changes included. */
  library(): Library;
  /** What `content check` says of the files with these changes, on a Vietnamese day. */
  lint(overlay: Overlay, day: string): Promise<Finding[]>;
  /** The text of a file as it came, by the name that findings use; undefined when there is none. */
  readFile(file: string): Promise<string | undefined>;
  clock: Clock;
}

const listedAtMost = 200;

export function createContentDesk(tools: ContentDeskTools): ContentDesk {
  const { changes } = tools;
  const now = () => tools.clock.now().toISOString();

  function parse(given: unknown): ContentChange {
    const parsed = contentChange.safeParse(given);
    if (!parsed.success) {
      const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      throw new AppError('invalid-input', issues.join('\n'));
    }
    checkTarget(parsed.data, tools.library());
    return parsed.data;
  }

  async function open(id: string): Promise<EditedChange> {
    const stored = await changes.read(id);
    if (stored === undefined) throw new AppError('not-found', 'There is no such edit; load the list again.');
    return { ...stored, change: parse(stored.change) };
  }

  /** What the linter says of the file that an edit changes, and every error elsewhere, on the day when it counts. */
  async function check({ id, change }: EditedChange, at: string): Promise<ChangeFinding[]> {
    const published = (await changes.inForce(at)).filter((one) => one.id !== id);
    const overlay = [...published, { id, change }] as Overlay;
    const findings = await tools.lint(overlay, vietnamDay(new Date(at)));
    return findings
      .filter(({ severity, file }) => severity === 'error' || isOf(change, file))
      .map(({ severity, code, message, fix }) => ({ severity, code, message, fix }));
  }

  return {
    async draft({ change, note, officer }) {
      const parsed = parse(change);
      const id = randomUUID();
      await changes.add({
        id,
        ...describeTarget(parsed),
        change: parsed,
        before: readPart(tools.library(), parsed),
        note,
        draftedBy: officer,
        draftedAt: now(),
      });
      return id;
    },
    async revise(id, { change, note, officer }) {
      const parsed = parse(change);
      const stored = await open(id);
      const target = describeTarget(parsed);
      if (target.subject !== stored.subject || target.part !== stored.part) {
        throw new AppError('invalid-input', 'An edit keeps its subject; draft another one instead.');
      }
      await changes.revise(id, officer, { change: parsed, before: readPart(tools.library(), parsed), note }, now());
    },
    async submit(id, officer) {
      const findings = await check(await open(id), now());
      if (!hasErrors(findings)) await changes.submit(id, officer, findings, now());
      return findings;
    },
    async approve(id, { officer, from, note }) {
      const stored = await open(id);
      if (stored.draftedBy === officer) {
        throw new AppError('conflict', 'An edit is approved by somebody else than who drafted it.');
      }
      const at = now();
      const begin = from === null ? at : startOfVietnamDay(from).toISOString();
      const effectiveAt = begin > at ? begin : at;
      const findings = await check(stored, effectiveAt);
      if (!hasErrors(findings)) await changes.approve(id, officer, { effectiveAt, note, findings }, at);
      return findings;
    },
    reject: (id, officer, note) => changes.reject(id, officer, note, now()),
    withdraw: (id, officer) => changes.withdraw(id, officer, now()),
    rollBack: (id, officer, reason) => changes.rollBack(id, officer, reason, now()),
    async read(id) {
      const stored = await changes.read(id);
      return stored === undefined ? undefined : readChange(stored)[0];
    },
    async list(query) {
      return (await changes.list({ ...query, limit: listedAtMost })).flatMap(readChange);
    },
    async exportFile(subject) {
      const file = fileOf(subject, tools.library());
      const text = file === undefined ? undefined : await tools.readFile(file);
      if (file === undefined || text === undefined) throw new AppError('not-found', 'There is no such file.');
      return applyOverlay(file, text, (await changes.inForce(now())) as Overlay);
    },
  };
}

function fileOf(subject: string, library: Library): string | undefined {
  const [kind, id = ''] = subject.split(':');
  if (kind === 'unit') return library.units.has(id) ? `content/units/${id}.yaml` : undefined;
  const topic = library.topics.get(id);
  return topic === undefined ? undefined : `content/${topic.kind}s/${id}.yaml`;
}

function hasErrors(findings: readonly ChangeFinding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** An edit that another version wrote in another form is left out. */
function readChange(stored: StoredChange): EditedChange[] {
  const parsed = contentChange.safeParse(stored.change);
  return parsed.success ? [{ ...stored, change: parsed.data }] : [];
}

/** What the form alone cannot say: the target exists, and every local fact that is new or changed carries its proof. */
function checkTarget(change: ContentChange, library: Library): void {
  if (change.kind === 'section') {
    if (!library.topics.has(change.topic)) throw new AppError('invalid-input', `topic: ${change.topic}`);
    return;
  }
  if (!library.units.has(change.unit)) throw new AppError('invalid-input', `unit: ${change.unit}`);
  const known = new Set(listFacts(change, readPart(library, change)).map((one) => JSON.stringify(one)));
  const isUnproven = listFacts(change, change.value).some(
    (one) => !known.has(JSON.stringify(one)) && !isConfirmed(one),
  );
  if (isUnproven) {
    throw new AppError(
      'invalid-input',
      'confirmed_by, confirmed_on: a fact that is new or changed names who confirmed it and when',
    );
  }
}

/** The single facts that a part of a unit's file holds, each with its own confirmation. */
function listFacts(change: ContentChange, value: unknown): Parameters<typeof isConfirmed>[0][] {
  if (typeof value !== 'object' || value === null) return [];
  if (change.kind === 'unit-fact' && unitSettings.some((name) => name === change.fact)) return [];
  const isOne = change.kind === 'unit-fact' && (change.fact === 'address' || change.fact === 'hours');
  return isOne ? [value] : (Object.values(value) as Parameters<typeof isConfirmed>[0][]);
}
