import { z } from 'zod';
import type { Library } from '../../content/library.ts';
import { addDays, vietnamDay } from '../../core/clock.ts';
import { AppError } from '../../core/errors.ts';
import type {
  EffectLine,
  MeasuredEffect,
  TrainingExample,
  TrainingPublication,
} from '../../core/training.ts';
import { covers, roleIn } from '../../core/staff.ts';
import { exportExamples } from '../../review/export-examples.ts';
import type { TrainingDraft } from '../../review/review-desk.ts';
import { actsForAll } from '../acts-for-all.ts';
import {
  actionForm,
  button,
  buttonLink,
  dataTable,
  factList,
  faultSummary,
  formFields,
  notice,
  tag,
} from '../components.ts';
import { line, tick, type Entered, type Faults } from '../form.ts';
import { formatDay, timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { reviewLinks } from './review-links.ts';
import { nameExpectation } from './topic-choices.ts';

const publishForm = z.object({
  draft: z.string().max(64),
  reason: line(300),
  broken: tick,
});
const rollBackForm = z.object({ version: z.coerce.number().int().min(0).max(1_000_000), reason: line(300) });

/** The draft of the training set, what it would change, and how it comes into force and out of it. */
export const trainingRoutes: readonly StaffRoute[] = [
  unitPage({ path: '/:unit/review/draft', role: 'reviewer', handle: (context) => showDraft(context, {}) }),
  unitAction({
    path: '/:unit/review/draft/:id/withdraw',
    role: 'reviewer',
    form: z.object({}),
    handle: withdraw,
    refuse: (context, faults) => showDraft(context, faults),
  }),
  unitPage({
    path: '/:unit/review/draft/:id',
    role: 'reviewer',
    handle: (context) => showExample(context, {}),
  }),
  unitAction({
    path: '/:unit/review/draft/:id/rewrite',
    role: 'reviewer',
    form: z.object({ text: line(300) }),
    handle: rewrite,
    refuse: showExample,
  }),
  unitAction({
    path: '/:unit/review/measure',
    role: 'reviewer',
    form: z.object({}),
    async handle({ services, user, path }) {
      await services.desks.review.measure(user.username);
      return { kind: 'redirect', to: path('/review/draft') };
    },
    refuse: (context, faults) => showDraft(context, faults),
  }),
  unitAction({
    path: '/:unit/review/publish',
    role: 'approver',
    form: publishForm,
    handle: publish,
    refuse: showDraft,
  }),
  unitPage({
    path: '/:unit/review/history',
    role: 'reviewer',
    handle: (context) => showHistory(context, {}),
  }),
  unitAction({
    path: '/:unit/review/roll-back',
    role: 'approver',
    form: rollBackForm,
    handle: rollBack,
    refuse: showHistory,
  }),
  unitPage({ path: '/:unit/review/export/:file', role: 'reviewer', handle: sendExamples }),
];

type Page = Answer & { kind: 'page' };
const exportName = 'cau-mau.yaml';

async function showDraft(context: UnitContext, faults: Faults, form?: Entered): Promise<Page> {
  const { t, services, path } = context;
  const draft = await services.desks.review.draft();
  const isSame = draft.added.length === 0 && draft.removed.length === 0;
  const body = html`${reviewLinks(context, 'draft')} ${faultSummary(faults, t)}
    <p>${t('staff-review:draft_intro')}</p>
    ${factList([
      [t('staff-review:version_now'), nameVersion(draft.version, context)],
      [t('staff-review:added'), draft.added.length],
      [t('staff-review:removed'), draft.removed.length],
    ])}
    ${isSame ? notice(t('staff-review:draft_same')) : effectPart(draft, context, faults, form)}
    ${exampleTable(draft.added, t('staff-review:added_examples'), context)}
    ${draft.removed.length > 0 && exampleTable(draft.removed, t('staff-review:removed_examples'), context, false)}
    ${
      draft.examples.length > draft.added.length &&
      html`<details>
        <summary>
          ${t('staff-review:kept_examples', { count: draft.examples.length - draft.added.length })}
        </summary>
        ${exampleTable(
          draft.examples.filter((example) => !draft.added.includes(example)),
          t('staff-review:kept'),
          context,
        )}
      </details>`
    }
    <p>${buttonLink(path(`/review/export/${exportName}`), t('staff-review:export'))}</p>`;
  return { kind: 'page', title: t('staff-review:draft'), body };
}

function nameVersion(version: number, { t }: Pick<UnitContext, 't'>): string {
  return version === 0 ? t('staff-review:version_files') : t('staff-review:version', { version });
}

/** An officer reads the words of their own units only. */
function exampleText({ unitId, text }: TrainingExample, { user, t }: UnitContext): string {
  return covers(roleIn(user.roles, unitId), 'reviewer') ? text : t('staff-review:other_unit');
}

function exampleTable(
  rows: readonly TrainingExample[],
  caption: string,
  context: UnitContext,
  withButtons = true,
): Html {
  const { t, services, csrf, path, user } = context;
  const library = services.library();
  const mayWithdraw = (example: TrainingExample) => covers(roleIn(user.roles, example.unitId), 'reviewer');
  return dataTable<TrainingExample>({
    caption,
    empty: t('staff-review:no_examples'),
    rows,
    columns: [
      { label: t('staff-review:question'), cell: (example) => exampleText(example, context) },
      {
        label: t('staff-review:teaches'),
        cell: (example) => describeLabel(example, library, t),
      },
      { label: t('staff-review:by'), cell: ({ addedBy }) => addedBy },
      { label: t('staff-review:kept_until'), cell: (example) => keptUntil(example, context) },
      ...(withButtons
        ? [
            {
              label: t('staff-review:action'),
              cell: (example: TrainingExample) =>
                mayWithdraw(example) &&
                html`${
                  example.interactionId !== null &&
                  html`<p>
                    <a href="${path(`/review/draft/${example.id}`)}"
                      >${t('staff-review:rewrite')}<span class="hidden"
                        >: ${example.text.slice(0, 60)}</span
                      ></a
                    >
                  </p>`
                }
                ${actionForm({
                  action: path(`/review/draft/${example.id}/withdraw`),
                  csrf,
                  label: t('staff-review:withdraw_which', { text: example.text.slice(0, 60) }),
                  body: button(t('staff-review:withdraw'), 'secondary'),
                })}`,
            },
          ]
        : []),
    ],
  });
}

/** The day on which a citizen's words go; an officer's own stay. */
function keptUntil({ unitId, askedAt }: TrainingExample, { services, t }: UnitContext): string {
  const unit = services.library().units.get(unitId);
  if (askedAt === null || unit === undefined) return t('staff-review:kept_for_good');
  return formatDay(addDays(vietnamDay(new Date(askedAt)), unit.privacy.keep_text_days));
}

/** An example of the draft that the officer may read. Throws AppError `not-found` for any other. */
async function readExample({ services, user, param }: UnitContext): Promise<TrainingExample> {
  const { examples } = await services.desks.review.draft();
  const found = examples.find(({ id }) => String(id) === param('id'));
  if (found === undefined || !covers(roleIn(user.roles, found.unitId), 'reviewer')) {
    throw new AppError('not-found', 'There is no such example in the draft.');
  }
  return found;
}

async function showExample(context: UnitContext, faults: Faults, form?: Entered): Promise<Page> {
  const { t, csrf, path, services } = context;
  const example = await readExample(context);
  const body = html`${faultSummary(faults, t)}
    ${factList([
      [t('staff-review:question'), example.text],
      [t('staff-review:teaches'), describeLabel(example, services.library(), t)],
      [t('staff-review:kept_until'), keptUntil(example, context)],
    ])}
    <p>${t('staff-review:rewrite_intro')}</p>
    ${actionForm({
      action: path(`/review/draft/${example.id}/rewrite`),
      csrf,
      body: [
        formFields(form, faults).text({
          name: 'text',
          label: t('staff-review:own_words'),
          hint: t('staff-review:own_words_hint'),
          maxLength: 300,
        }),
        button(t('staff-review:rewrite_button')),
      ],
    })}`;
  const back = { to: path('/review/draft'), label: t('staff-review:draft') };
  return { kind: 'page', title: t('staff-review:rewrite'), back, body };
}

async function rewrite(context: UnitContext, form: { text: string }): Promise<Answer> {
  const { t, services, user, path } = context;
  const example = await readExample(context);
  try {
    const isThere = await services.desks.review.rewrite(example.id, form.text, user.username);
    if (!isThere) throw new AppError('conflict', 'The example was withdrawn meanwhile.');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-input') throw error;
    const faults = { text: t('staff-review:fault.same_words') };
    return { ...(await showExample(context, faults, form)), status: 422 };
  }
  return { kind: 'redirect', to: path('/review/draft'), done: 'rewritten' };
}

function describeLabel({ topic, aspect }: TrainingExample, library: Library, t: UnitContext['t']): string {
  const label = nameExpectation(library, topic ?? 'out-of-scope', t);
  return aspect === null ? label : `${label}, ${t(`bot:aspect.${aspect}.name`)}`;
}

function effectPart(
  draft: TrainingDraft,
  context: UnitContext,
  faults: Faults,
  form: Entered | undefined,
): Html {
  const { t, csrf, path } = context;
  const { effect } = draft;
  const measure = (label: string) =>
    actionForm({ action: path('/review/measure'), csrf, body: button(label) });
  if (effect === undefined) {
    return html`<h2>${t('staff-review:effect')}</h2>
      <p>${t('staff-review:effect_intro')}</p>
      ${measure(t('staff-review:measure'))}`;
  }
  if (effect.failure !== null) {
    return html`<h2>${t('staff-review:effect')}</h2>
      ${notice(t('staff-review:effect_failed'), 'warn')} ${measure(t('staff-review:measure_again'))}`;
  }
  if (effect.result === null) {
    return html`<h2>${t('staff-review:effect')}</h2>
      <div class="notice notice-info" role="status" data-refresh="3">
        <p>${t('staff-review:measuring')}</p>
        <p><a href="${path('/review/draft')}">${t('staff-review:look_again')}</a></p>
      </div>
      ${measure(t('staff-review:measure_again'))}`;
  }
  return html`${showEffect(effect, draft, context)} ${publishPart(draft, effect, context, faults, form)}`;
}

function showEffect({ result, endedAt }: MeasuredEffect, draft: TrainingDraft, context: UnitContext): Html {
  const { t, services } = context;
  const library = services.library();
  if (result === null) return html``;
  const texts = new Map(draft.examples.map((example) => [example.id, exampleText(example, context)]));
  const textOf = ({ question }: EffectLine) =>
    'golden' in question ? question.golden : (texts.get(question.example) ?? t('staff-review:erased'));
  const shown = (did: string) => {
    const [decision = '', topic = ''] = did.split(' ');
    const key = `staff-review:decision.${decision}`;
    const said = t.has(key) ? t(key) : decision;
    return topic === '' ? said : `${said}: ${nameExpectation(library, topic, t)}`;
  };
  const lines = (rows: readonly EffectLine[], caption: string, empty: string) =>
    dataTable<EffectLine>({
      caption,
      empty,
      rows,
      columns: [
        { label: t('staff-review:question'), cell: textOf },
        {
          label: t('staff-review:expected_label'),
          cell: ({ expected }) => nameExpectation(library, expected, t),
        },
        { label: t('staff-review:before'), cell: ({ before }) => shown(before) },
        { label: t('staff-review:after'), cell: ({ after }) => shown(after) },
      ],
    });
  return html`<h2>${t('staff-review:effect')}</h2>
    ${factList([
      [
        t('staff-review:asked'),
        t('staff-review:asked_what', { golden: result.golden, examples: result.examples }),
      ],
      [t('staff-review:right_before'), result.rightBefore],
      [t('staff-review:right_after'), result.rightAfter],
      [t('staff-review:better'), tag(String(result.betterCount), result.betterCount > 0 ? 'good' : 'plain')],
      [t('staff-review:broken'), tag(String(result.brokenCount), result.brokenCount > 0 ? 'bad' : 'good')],
      [t('staff-review:measured_at'), endedAt === null ? '' : timeTag(endedAt)],
    ])}
    ${result.golden === 0 && notice(t('staff-review:no_golden'), 'warn')}
    ${lines(result.broken, t('staff-review:broken_list'), t('staff-review:nothing_broken'))}
    ${lines(result.better, t('staff-review:better_list'), t('staff-review:nothing_better'))}
    ${
      result.topics.length > 0 &&
      dataTable({
        caption: t('staff-review:by_topic'),
        empty: '',
        rows: result.topics.slice(0, 50),
        columns: [
          { label: t('staff-review:topic'), cell: ({ expected }) => nameExpectation(library, expected, t) },
          { label: t('staff-review:questions'), numeric: true, cell: ({ questions }) => questions },
          { label: t('staff-review:right_before'), numeric: true, cell: ({ before }) => before },
          { label: t('staff-review:right_after'), numeric: true, cell: ({ after }) => after },
        ],
      })
    }`;
}

function publishPart(
  draft: TrainingDraft,
  { result }: MeasuredEffect,
  context: UnitContext,
  faults: Faults,
  form: Entered | undefined,
): Html {
  const { t, csrf, path, user, services } = context;
  if (!actsForAll(user, services.library(), 'approver')) return notice(t('staff-review:publish_needs'));
  const fields = formFields(form, faults);
  return html`<h2>${t('staff-review:publish')}</h2>
    <p>${t('staff-review:publish_intro')}</p>
    ${actionForm({
      action: path('/review/publish'),
      csrf,
      body: [
        html`<input type="hidden" name="draft" value="${draft.name}" />`,
        fields.text({ name: 'reason', label: t('staff-review:reason_label'), maxLength: 300 }),
        (result?.brokenCount ?? 0) > 0
          ? fields.ticks({
              label: t('staff-review:broken'),
              boxes: [
                {
                  name: 'broken',
                  label: t('staff-review:accept_broken', { count: result?.brokenCount ?? 0 }),
                },
              ],
            })
          : null,
        button(t('staff-review:publish_button')),
      ],
    })}`;
}

async function withdraw(context: UnitContext): Promise<Answer> {
  const { services, user, param, path } = context;
  const id = Number(param('id'));
  const { examples } = await services.desks.review.draft();
  const example = examples.find((one) => one.id === id);
  // An example of another unit is that unit's to withdraw.
  if (example === undefined || !covers(roleIn(user.roles, example.unitId), 'reviewer')) {
    return { ...(await showDraft(context, { '': context.t('staff-review:fault.gone') })), status: 409 };
  }
  await services.desks.review.withdraw(id, user.username);
  return { kind: 'redirect', to: path('/review/draft'), done: 'withdrawn' };
}

async function publish(context: UnitContext, form: z.output<typeof publishForm>): Promise<Answer> {
  const { services, user, path, t } = context;
  if (!actsForAll(user, services.library(), 'approver')) {
    return { ...(await showDraft(context, { '': t('staff-review:publish_needs') })), status: 403 };
  }
  await services.desks.review.publish({
    draft: form.draft,
    officer: user.username,
    reason: form.reason,
    acceptsBroken: form.broken,
  });
  return { kind: 'redirect', to: path('/review/history'), done: 'training_published' };
}

async function showHistory(context: UnitContext, faults: Faults, form?: Entered): Promise<Page> {
  const { t, csrf, path, services, user } = context;
  const { versions, publications } = await services.desks.review.history();
  const current = publications[0]?.version ?? 0;
  const others = [0, ...versions.map(({ number }) => number)].filter((version) => version !== current);
  const fields = formFields(form, faults);
  const mayRollBack =
    actsForAll(user, services.library(), 'approver') && others.length > 0 && publications.length > 0;
  const body = html`${reviewLinks(context, 'history')} ${faultSummary(faults, t)}
  ${factList([[t('staff-review:version_now'), nameVersion(current, context)]])}
  ${dataTable<TrainingPublication>({
    caption: t('staff-review:publications'),
    empty: t('staff-review:never_published'),
    rows: publications,
    columns: [
      { label: t('staff-review:version_label'), cell: ({ version }) => nameVersion(version, context) },
      { label: t('staff-review:reason_label'), cell: ({ reason }) => reason },
      { label: t('staff-review:by'), cell: ({ officer }) => officer },
      { label: t('staff-review:at'), cell: ({ at }) => timeTag(at) },
    ],
  })}
  ${
    mayRollBack &&
    html`<h2>${t('staff-review:roll_back')}</h2>
      <p>${t('staff-review:roll_back_intro')}</p>
      ${actionForm({
        action: path('/review/roll-back'),
        csrf,
        body: [
          fields.select({
            name: 'version',
            label: t('staff-review:roll_back_to'),
            value: String(Math.max(...others.filter((version) => version < current), 0)),
            choices: others.map((version) => ({
              value: String(version),
              label: nameVersion(version, context),
            })),
          }),
          fields.text({ name: 'reason', label: t('staff-review:reason_label'), maxLength: 300 }),
          button(t('staff-review:roll_back_button'), 'danger'),
        ],
      })}`
  }`;
  return { kind: 'page', title: t('staff-review:history'), body };
}

async function rollBack(context: UnitContext, form: z.output<typeof rollBackForm>): Promise<Answer> {
  const { services, user, path, t } = context;
  if (!actsForAll(user, services.library(), 'approver')) {
    return { ...(await showHistory(context, { '': t('staff-review:publish_needs') })), status: 403 };
  }
  await services.desks.review.rollBack({
    version: form.version,
    officer: user.username,
    reason: form.reason,
  });
  return { kind: 'redirect', to: path('/review/history'), done: 'training_rolled_back' };
}

async function sendExamples(context: UnitContext): Promise<Answer> {
  const { services, user, param } = context;
  if (param('file') !== exportName)
    throw new AppError('not-found', `Only ${exportName} can be fetched here.`);
  const library = services.library();
  const { examples } = await services.desks.review.draft();
  const own = examples.filter(({ unitId }) => covers(roleIn(user.roles, unitId), 'reviewer'));
  const text = exportExamples(own, (topic) => {
    const kind = library.topics.get(topic)?.kind;
    return kind === undefined ? undefined : `${kind}s`;
  });
  return { kind: 'file', name: exportName, type: 'application/yaml', body: new TextEncoder().encode(text) };
}
