import { z } from 'zod';
import { aspects } from '../../core/aspect.ts';
import { AppError } from '../../core/errors.ts';
import type { ReviewItem, Verdict } from '../../core/review.ts';
import type { ReviewGroup } from '../../review/group-items.ts';
import { actionForm, button, dataTable, faultSummary, formFields, notice, tag } from '../components.ts';
import { optionalLine, tick, type Entered, type Faults } from '../form.ts';
import { timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import { categoryName } from '../log-words.ts';
import { unitAction, unitPage, type Answer, type StaffRoute, type UnitContext } from '../route.ts';
import { reviewLinks } from './review-links.ts';
import { aspectChoices, describeDecision, topicChoices } from './topic-choices.ts';

const categories = [
  'self-harm',
  'child-abuse',
  'violence',
  'fire',
  'accident',
  'medical',
  'drowning',
  'disaster',
  'crime',
  'missing',
  'bribery',
  'politics',
  'scam',
  'insult',
] as const;

const ids = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());

/** What a reviewer said, as the form sends it; what belongs to another verdict is left alone. */
const verdictForm = z
  .object({
    id: ids.pipe(z.array(z.string().max(200)).min(1).max(500)).catch([]),
    group: z.string().max(200).catch(''),
    verdict: z.enum(['right', 'belongs', 'new-topic', 'off-topic', 'sensitive']),
    topic: optionalLine(100),
    aspect: z.union([z.enum(aspects), z.literal('')]).default(''),
    category: z.union([z.enum(categories), z.literal('')]).default(''),
    note: optionalLine(300),
    example: optionalLine(300),
  })
  .superRefine((form, context) => {
    const require = (field: 'id' | 'topic' | 'category' | 'note', isMissing: boolean) => {
      if (isMissing)
        context.addIssue({ code: 'custom', path: [field], message: `staff-review:fault.${field}` });
    };
    require('id', form.id.length === 0);
    require('topic', form.verdict === 'belongs' && form.topic === '');
    require('category', form.verdict === 'sensitive' && form.category === '');
    require('note', form.verdict === 'new-topic' && form.note === '');
  });

/** What went wrong in conversations, grouped; and what a reviewer makes of it. */
export const reviewRoutes: readonly StaffRoute[] = [
  unitPage({
    path: '/:unit/review',
    role: 'reviewer',
    query: z.object({ test: tick.catch(false) }),
    handle: showQueue,
  }),
  unitPage({
    path: '/:unit/review/questions/:id',
    role: 'reviewer',
    handle: (context) => showGroup(context, {}),
  }),
  unitAction({
    path: '/:unit/review/verdict',
    role: 'reviewer',
    form: verdictForm,
    handle: judge,
    refuse: refuseVerdict,
  }),
  unitPage({ path: '/:unit/review/wanted', role: 'reviewer', handle: showWanted }),
];

type Page = Answer & { kind: 'page' };
const shownAtMost = 100;
/** One form judges this many questions at most; the rest of a larger group follows. */
const judgedAtMost = 200;

async function showQueue(context: UnitContext, { test }: { test: boolean }): Promise<Answer> {
  const { t, unit, services, path } = context;
  const { groups, questions, isCut } = await services.desks.review.queue({
    unitIds: [unit.id],
    withTest: test,
  });
  const library = services.library();
  const shown = groups.slice(0, shownAtMost);
  const body = html`${reviewLinks(context, 'queue')}
    <p>${t('staff-review:queue_intro')}</p>
    <form method="get" class="filter">
      ${formFields(undefined, {}).ticks({
        label: t('staff-review:filter'),
        boxes: [{ name: 'test', label: t('staff-review:with_test'), on: test }],
      })}
      <button type="submit" class="button button-secondary">${t('filter.button')}</button>
    </form>
    <p>
      ${t(isCut ? 'staff-review:queue_count_cut' : 'staff-review:queue_count', { questions, groups: groups.length })}
    </p>
    ${dataTable<ReviewGroup>({
      caption: t('staff-review:queue'),
      hideCaption: true,
      empty: t('staff-review:queue_empty'),
      rows: shown,
      columns: [
        {
          label: t('staff-review:question'),
          cell: ({ first }) =>
            html`<a href="${path(`/review/questions/${first.interactionId}`)}"
              >${first.text.slice(0, 200)}</a
            >`,
        },
        { label: t('staff-review:count'), numeric: true, cell: ({ items }) => items.length },
        { label: t('staff-review:why'), cell: (group) => reasonTags(group, context) },
        { label: t('staff-review:bot_did'), cell: ({ first }) => describeDecision(library, first, t) },
        {
          label: t('staff-review:age'),
          cell: ({ oldestAt, newestAt, items }) =>
            items.length === 1 ? timeTag(newestAt) : html`${timeTag(oldestAt)} – ${timeTag(newestAt)}`,
        },
      ],
    })}
    ${groups.length > shownAtMost && html`<p>${t('staff-review:more_groups', { count: groups.length - shownAtMost })}</p>`}`;
  return { kind: 'page', title: t('staff-review:title'), body };
}

function reasonTags({ reasons }: Pick<ReviewGroup, 'reasons'>, { t }: UnitContext): Html[] {
  const tones = { 'not-understood': 'bad', unsure: 'warn', unhelpful: 'bad', chosen: 'plain' } as const;
  return reasons.map((reason) => html`${tag(t(`staff-review:reason.${reason}`), tones[reason])} `);
}

async function findGroup(context: UnitContext, id: string): Promise<ReviewGroup> {
  const { services, unit } = context;
  const group = await services.desks.review.group({ unitIds: [unit.id], withTest: true }, id);
  if (group === undefined)
    throw new AppError('not-found', 'The question was judged meanwhile, or never asked here.');
  return group;
}

async function showGroup(context: UnitContext, faults: Faults, form?: Entered): Promise<Page> {
  const given = form?.['group'];
  const id = form === undefined ? context.param('id') : typeof given === 'string' ? given : '';
  const group = await findGroup(context, id);
  const { t, csrf, path, services } = context;
  const library = services.library();
  const fields = formFields(form, faults);
  const { first, items } = group;
  const suggested = [group.chosen, ...first.candidates.map(({ topic }) => topic)].filter(
    (topic) => topic !== null,
  );
  const known = suggested.filter((topic) => library.topics.has(topic));
  const body = html`${faultSummary(faults, t)}
    <p>${reasonTags(group, context)}</p>
    ${group.chosen !== null && notice(t('staff-review:chosen', { topic: describeTopic(group.chosen, context) }))}
    ${actionForm({
      action: path('/review/verdict'),
      csrf,
      body: [
        html`<input type="hidden" name="group" value="${first.interactionId}" />`,
        itemTable(items.slice(0, judgedAtMost), form, context),
        items.length > judgedAtMost &&
          html`<p>${t('staff-review:rest_waits', { count: items.length - judgedAtMost })}</p>`,
        fields.radios({
          name: 'verdict',
          label: t('staff-review:verdict'),
          value: known.length > 0 ? 'belongs' : '',
          choices: (['belongs', 'right', 'off-topic', 'new-topic', 'sensitive'] as const).map((value) => ({
            value,
            label: t(`staff-review:verdict_of.${value}.label`),
            hint: t(`staff-review:verdict_of.${value}.hint`),
          })),
        }),
        fields.select({
          name: 'topic',
          label: t('staff-review:topic'),
          value: known[0] ?? '',
          choices: topicChoices(library, known, t),
        }),
        fields.select({
          name: 'aspect',
          label: t('staff-review:aspect'),
          hint: t('staff-review:aspect_hint'),
          choices: aspectChoices(t),
        }),
        fields.select({
          name: 'category',
          label: t('staff-review:category_label'),
          choices: [
            { value: '', label: t('staff-review:choose_category') },
            ...categories.map((value) => ({ value, label: categoryName(value, t) })),
          ],
        }),
        fields.text({
          name: 'note',
          label: t('staff-review:note'),
          hint: t('staff-review:note_hint'),
          maxLength: 300,
        }),
        fields.text({
          name: 'example',
          label: t('staff-review:own_example'),
          hint: t('staff-review:own_example_hint'),
          maxLength: 300,
        }),
        button(t('staff-review:judge')),
      ],
    })}`;
  const back = { to: path('/review'), label: t('staff-review:title') };
  return { kind: 'page', title: t('staff-review:group', { count: items.length }), back, body };
}

function describeTopic(topic: string, { services, t }: UnitContext): string {
  return services.library().topics.get(topic)?.name.full.vi ?? t('staff-review:catalogue_topic', { topic });
}

/** Each question with a box: what is not ticked waits on. */
function itemTable(
  items: readonly ReviewItem[],
  form: Entered | undefined,
  { t, services }: UnitContext,
): Html {
  const ticked = form === undefined ? undefined : [form['id'] ?? []].flat();
  const library = services.library();
  return html`<fieldset class="field" id="field-id">
    <legend>${t('staff-review:questions')}</legend>
    <ul class="questions">
      ${items.map(
        ({ interactionId, text, receivedAt, decision, topic, confidence, complaint, test }, index) => {
          const isOn = ticked?.includes(interactionId) ?? true;
          return html`<li class="choice">
            <input
              type="checkbox"
              id="question-${index}"
              name="id"
              value="${interactionId}"
              ${isOn ? html`checked` : null}
            />
            <label for="question-${index}"
              >${text}<span class="hint"
                >${timeTag(receivedAt)} ·
                ${describeDecision(library, { decision, topic }, t)}${
                  confidence !== null &&
                  ` · ${t('staff-review:confidence', { percent: Math.round(confidence * 100) })}`
                }${complaint !== null && ` · ${t('staff-review:complaint', { reason: describeComplaint(complaint, t) })}`}${
                  test && ` · ${t('staff-review:is_test')}`
                }</span
              ></label
            >
          </li>`;
        },
      )}
    </ul>
  </fieldset>`;
}

function describeComplaint(reason: string, t: UnitContext['t']): string {
  const key = `bot:feedback.reason.${reason}`;
  return t.has(key) ? t(key) : reason;
}

async function refuseVerdict(context: UnitContext, faults: Faults, form: Entered): Promise<Answer> {
  return showGroup(context, faults, form);
}

async function judge(context: UnitContext, form: z.output<typeof verdictForm>): Promise<Answer> {
  const { services, unit, user, path } = context;
  if (form.verdict === 'belongs' && !services.library().topics.has(form.topic)) {
    const faults = { topic: context.t('staff-review:fault.topic') };
    return { ...(await showGroup(context, faults, form)), status: 422 };
  }
  await services.desks.review.judge({
    interactionIds: form.id,
    unitIds: [unit.id],
    verdict: toVerdict(form),
    reviewer: user.username,
  });
  return { kind: 'redirect', to: path('/review'), done: 'judged' };
}

function toVerdict({
  verdict,
  topic,
  aspect,
  category,
  note,
  example,
}: z.output<typeof verdictForm>): Verdict {
  switch (verdict) {
    case 'belongs':
      return { verdict, topic, aspect: aspect === '' ? null : aspect };
    case 'new-topic':
      return { verdict, note };
    case 'sensitive':
      return { verdict, category, example };
    case 'right':
    case 'off-topic':
      return { verdict };
  }
}

async function showWanted(context: UnitContext): Promise<Answer> {
  const { t, unit, services } = context;
  const body = html`${reviewLinks(context, 'wanted')}
    <p>${t('staff-review:wanted_intro')}</p>
    ${dataTable({
      caption: t('staff-review:wanted'),
      hideCaption: true,
      empty: t('staff-review:wanted_empty'),
      rows: await services.desks.review.wantedTopics([unit.id]),
      columns: [
        { label: t('staff-review:note'), cell: ({ note }) => note },
        { label: t('staff-review:question'), cell: ({ text }) => text ?? t('staff-review:erased') },
        { label: t('staff-review:by'), cell: ({ reviewer }) => reviewer },
        { label: t('staff-review:at'), cell: ({ at }) => timeTag(at) },
      ],
    })}`;
  return { kind: 'page', title: t('staff-review:wanted'), body };
}
