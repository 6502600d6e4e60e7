import { z } from 'zod';
import type { Topic } from '../../content/library.ts';
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

/** Drafting one part of a topic. */
export const editRoutes: readonly StaffRoute[] = [
  unitPage({
    path: '/:unit/content/topics/:topic/edit/:aspect',
    role: 'editor',
    handle: (context) => showForm(context, {}),
  }),
  unitAction({
    path: '/:unit/content/topics/:topic/edit/:aspect',
    role: 'editor',
    form: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    handle: draft,
    refuse: showForm,
  }),
];

type Page = Answer & { kind: 'page' };

function readTarget({ services, param }: UnitContext): { topic: Topic; aspect: Aspect } {
  const topic = services.library().topics.get(param('topic'));
  const aspect = param('aspect');
  if (topic === undefined || !isAspect(aspect)) throw new AppError('not-found', 'There is no such part of a topic.');
  return { topic, aspect };
}

function showForm(context: UnitContext, faults: Faults, form?: Entered): Page {
  const { t, csrf, path, user, now } = context;
  const { topic, aspect } = readTarget(context);
  const today = vietnamDay(now);
  const defaults = { reviewedBy: user.name, today, reviewBy: addDays(today, reviewAfterDays) };
  const own = path(`/content/topics/${topic.id}`);
  const body = html`${faultSummary(faults, t)}
    <p>${t('staff-content:edit_intro')}</p>
    ${actionForm({
      action: `${own}/edit/${aspect}`,
      csrf,
      body: [
        ...sectionFields(formFields(form, faults), topic, aspect, defaults, t),
        button(t('staff-content:save_draft')),
      ],
    })}`;
  const title = t('staff-content:edit_part', { part: t(`bot:aspect.${aspect}.name`) });
  return { kind: 'page', title, back: { to: own, label: topic.name.full.vi }, body };
}

async function draft(context: UnitContext, form: Entered): Promise<Answer> {
  const { services, user, path, t } = context;
  const { topic, aspect } = readTarget(context);
  const read = readSectionForm(form, topic, aspect, t);
  if ('faults' in read) return { ...showForm(context, read.faults, form), status: 422 };
  try {
    const id = await services.desks.content.draft({ ...read, officer: user.username });
    return { kind: 'redirect', to: path(`/content/changes/${id}`), done: 'draft_saved' };
  } catch (error) {
    return { ...showForm(context, explainDraftFault(error, context), form), status: 422 };
  }
}
