import { z } from 'zod';
import type { EditedChange } from '../../content/editing/content-desk.ts';
import type { Topic } from '../../content/library.ts';
import { libraryWith } from '../../content/overlay/library-with.ts';
import { isAspect, type Aspect } from '../../core/aspect.ts';
import { addDays, vietnamDay } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import { actionForm, button, faultSummary, formFields } from '../components.ts';
import type { Entered, Faults } from '../form.ts';
import { html } from '../html.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { explainDraftFault } from './draft-fault.ts';
import { readSectionForm, sectionFields } from './section-form.ts';

/** How long after a review, in days, a topic is read again unless the editor says otherwise. */
const reviewAfterDays = 180;
const anyForm = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** Drafting one part of a topic, and drafting it again after it was sent back. */
export const editRoutes: readonly StaffRoute[] = [
  unitPage({
    path: '/:unit/content/topics/:topic/edit/:aspect',
    role: 'editor',
    handle: (context) => showForm(context, readTarget(context), {}),
  }),
  unitAction({
    path: '/:unit/content/topics/:topic/edit/:aspect',
    role: 'editor',
    form: anyForm,
    handle: (context, form) => save(context, readTarget(context), form),
    refuse: (context, faults, form) => showForm(context, readTarget(context), faults, form),
  }),
  unitPage({
    path: '/:unit/content/changes/:id/edit',
    role: 'editor',
    handle: async (context) => showForm(context, await readDraft(context), {}),
  }),
  unitAction({
    path: '/:unit/content/changes/:id/edit',
    role: 'editor',
    form: anyForm,
    handle: async (context, form) => save(context, await readDraft(context), form),
    refuse: async (context, faults, form) => showForm(context, await readDraft(context), faults, form),
  }),
];

type Page = Answer & { kind: 'page' };

/** What is being written: a part of a topic, perhaps a draft of it that is there already. */
interface Target {
  topic: Topic;
  aspect: Aspect;
  draft?: EditedChange;
  path: string;
  back: { to: string; label: string };
}

function readTarget({ services, param, path }: UnitContext): Target {
  const topic = services.library().topics.get(param('topic'));
  const aspect = param('aspect');
  if (topic === undefined || !isAspect(aspect)) {
    throw new AppError('not-found', 'There is no such part of a topic.');
  }
  const to = path(`/content/topics/${topic.id}`);
  return { topic, aspect, path: `${to}/edit/${aspect}`, back: { to, label: topic.name.full.vi } };
}

/** The officer's own draft of a part of a topic, with the topic as it would be. */
async function readDraft({ services, param, path, user, t }: UnitContext): Promise<Target> {
  const draft = await services.desks.content.read(param('id'));
  const isOpen = draft?.status === 'draft' || draft?.status === 'rejected';
  if (draft === undefined || !isOpen || draft.draftedBy !== user.username || draft.change.kind !== 'section') {
    throw new AppError('not-found', 'There is no such draft of yours.');
  }
  const { topic: id, aspect } = draft.change;
  const topic = libraryWith(services.library(), draft.change).topics.get(id);
  if (topic === undefined) throw new AppError('not-found', 'The topic is gone.');
  const to = path(`/content/changes/${draft.id}`);
  return { topic, aspect, draft, path: `${to}/edit`, back: { to, label: t('staff-content:change') } };
}

function showForm(context: UnitContext, target: Target, faults: Faults, form?: Entered): Page {
  const { t, csrf, user, now } = context;
  const { topic, aspect, draft } = target;
  const today = vietnamDay(now);
  const defaults = {
    reviewedBy: user.name,
    today,
    reviewBy: addDays(today, reviewAfterDays),
    source: draft?.change.kind === 'section' ? (draft.change.sources[0]?.id ?? '') : '',
    note: draft?.note ?? '',
  };
  const body = html`${faultSummary(faults, t)}
    <p>${t('staff-content:edit_intro')}</p>
    ${actionForm({
      action: target.path,
      csrf,
      body: [
        ...sectionFields(formFields(form, faults), topic, aspect, defaults, t),
        button(t('staff-content:save_draft')),
      ],
    })}`;
  const title = t('staff-content:edit_part', { part: t(`bot:aspect.${aspect}.name`) });
  return { kind: 'page', title, back: target.back, body };
}

async function save(context: UnitContext, target: Target, form: Entered): Promise<Answer> {
  const { services, user, path, t } = context;
  const read = readSectionForm(form, target.topic, target.aspect, t);
  if ('faults' in read) return { ...showForm(context, target, read.faults, form), status: 422 };
  const { content } = services.desks;
  try {
    const given = { ...read, officer: user.username };
    if (target.draft !== undefined) await content.revise(target.draft.id, given);
    const id = target.draft?.id ?? (await content.draft(given));
    return { kind: 'redirect', to: path(`/content/changes/${id}`), done: 'draft_saved' };
  } catch (error) {
    return { ...showForm(context, target, explainDraftFault(error, context), form), status: 422 };
  }
}
