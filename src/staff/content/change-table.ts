import type { EditedChange } from '../../content/editing/content-desk.ts';
import type { ChangeStatus } from '../../core/content-change.ts';
import { dataTable, tag } from '../components.ts';
import { timeTag } from '../format-time.ts';
import { html, type Html } from '../html.ts';
import type { UnitContext } from '../route.ts';

const tones: Record<ChangeStatus, 'good' | 'warn' | 'bad' | 'plain'> = {
  draft: 'plain',
  submitted: 'warn',
  published: 'good',
  rejected: 'bad',
  withdrawn: 'plain',
  'rolled-back': 'bad',
};

/** Edits with what they change, where they stand and who had a hand in it. */
export function changeTable(changes: readonly EditedChange[], context: UnitContext): Html {
  const { t, path } = context;
  return dataTable<EditedChange>({
    caption: t('staff-content:changes'),
    hideCaption: true,
    empty: t('staff-content:no_changes'),
    rows: changes,
    columns: [
      {
        label: t('staff-content:change'),
        cell: (change) => html`<a href="${path(`/content/changes/${change.id}`)}">${nameTarget(change, context)}</a>`,
      },
      { label: t('staff-content:status'), cell: (change) => changeStatus(change, context) },
      { label: t('staff-content:drafted_by'), cell: ({ draftedBy }) => draftedBy },
      { label: t('staff-content:decided_by'), cell: ({ decidedBy }) => decidedBy ?? '' },
      { label: t('staff-content:at'), cell: ({ draftedAt }) => timeTag(draftedAt) },
    ],
  });
}

/** Where an edit stands; one whose day has not come says so. */
export function changeStatus({ status, effectiveAt }: EditedChange, { t, now }: UnitContext): Html {
  const waits = status === 'published' && effectiveAt !== null && Date.parse(effectiveAt) > now.getTime();
  return waits
    ? html`${tag(t('staff-content:scheduled'), 'warn')} ${timeTag(effectiveAt)}`
    : tag(t(`staff-content:change_status.${status}`), tones[status]);
}

/** "Làm hộ chiếu: Phí và lệ phí", "Giờ làm việc". */
export function nameTarget({ change }: Pick<EditedChange, 'change'>, { t, services }: UnitContext): string {
  const library = services.library();
  if (change.kind === 'unit-fact') {
    const unit = library.units.get(change.unit)?.name.vi ?? change.unit;
    return `${t(`staff-content:fact.${change.fact}`)} (${unit})`;
  }
  const topic = library.topics.get(change.topic)?.name.full.vi ?? change.topic;
  return `${topic}: ${t(`bot:aspect.${change.aspect}.name`)}`;
}
