import { entered, type Entered, type Faults } from './form.ts';
import { flag, html, type Html, type Insertable } from './html.ts';
import type { StaffText } from './staff-text.ts';

/** What a field's markup needs to know. */
export interface FieldOptions {
  name: string;
  label: string;
  hint?: string | undefined;
  /** What stands in it when the form was not sent yet. */
  value?: string;
  required?: boolean;
}

/** Draws the fields of one form: with what was entered, and what is wrong, next to each. */
export interface FormFields {
  text(
    options: FieldOptions & {
      type?: 'text' | 'password' | 'email' | 'search' | 'date' | 'datetime-local' | 'url' | 'tel';
      autocomplete?: string;
      maxLength?: number;
      /** Width in characters that fits what is expected. */
      width?: number;
      inputMode?: 'numeric' | 'text';
    },
  ): Html;
  area(options: FieldOptions & { rows?: number; maxLength?: number }): Html;
  select(options: FieldOptions & { choices: readonly Choice[] }): Html;
  /** Choices of which one is taken. */
  radios(options: FieldOptions & { choices: readonly (Choice & { hint?: string })[] }): Html;
  /** Choices of which any may be taken; each is sent as `1` under its own name. */
  ticks(options: {
    label: string;
    hint?: string;
    boxes: readonly { name: string; label: string; on?: boolean }[];
  }): Html;
}

export interface Choice {
  value: string;
  label: string;
}

/** Fields for a form that was sent (`entered`) or not yet (without). */
export function formFields(form: Entered | undefined, faults: Faults): FormFields {
  const valueOf = ({ name, value }: FieldOptions) =>
    form === undefined ? (value ?? '') : entered(form, name);
  const isTicked = (name: string, on: boolean | undefined) =>
    form === undefined ? on === true : entered(form, name) === '1';

  /** Label, hint and fault around a control, which is told their ids. */
  function group(options: FieldOptions, control: (describedBy: Html) => Html): Html {
    const { name, label, hint, required } = options;
    const fault = faults[name];
    return html`<div class="field${fault === undefined ? '' : ' field-wrong'}">
      <label for="field-${name}">${label}${required === false ? '' : null}</label>
      ${hint !== undefined && html`<p class="hint" id="hint-${name}">${hint}</p>`}
      ${fault !== undefined && html`<p class="fault" id="fault-${name}">${fault}</p>`}
      ${control(describe(name, hint, fault))}
    </div>`;
  }

  function set(options: { name: string; label: string; hint?: string | undefined }, body: Insertable): Html {
    const { name, label, hint } = options;
    const fault = faults[name];
    return html`<fieldset
      class="field${fault === undefined ? '' : ' field-wrong'}"
      id="field-${name}"
      ${describe(name, hint, fault)}
    >
      <legend>${label}</legend>
      ${hint !== undefined && html`<p class="hint" id="hint-${name}">${hint}</p>`}
      ${fault !== undefined && html`<p class="fault" id="fault-${name}">${fault}</p>`} ${body}
    </fieldset>`;
  }

  return {
    text(options) {
      const { name, type = 'text', autocomplete = 'off', maxLength, width, inputMode, required } = options;
      // A password never comes back, not even to the one who typed it.
      const value = type === 'password' ? '' : valueOf(options);
      return group(
        options,
        (describedBy) =>
          html`<input
            id="field-${name}"
            name="${name}"
            type="${type}"
            value="${value}"
            autocomplete="${autocomplete}"
            maxlength="${maxLength ?? 1_000}"
            size="${width ?? 40}"
            inputmode="${inputMode ?? 'text'}"
            ${describedBy}
            ${flag('required', required === true)}
          />`,
      );
    },
    area(options) {
      const { name, rows = 4, maxLength = 10_000, required } = options;
      return group(
        options,
        (describedBy) =>
          html`<textarea
            id="field-${name}"
            name="${name}"
            rows="${rows}"
            maxlength="${maxLength}"
            ${describedBy}
            ${flag('required', required === true)}
          >
${valueOf(options)}</textarea>`,
      );
    },
    select(options) {
      const { name, choices, required } = options;
      const chosen = valueOf(options);
      return group(
        options,
        (describedBy) =>
          html`<select
            id="field-${name}"
            name="${name}"
            ${describedBy}
            ${flag('required', required === true)}
          >
            ${choices.map(({ value, label }) => html`<option value="${value}" ${flag('selected', value === chosen)}>${label}</option>`)}
          </select>`,
      );
    },
    radios(options) {
      const { name, choices } = options;
      const chosen = valueOf(options);
      return set(
        options,
        choices.map(
          ({ value, label, hint }, index) =>
            html`<div class="choice">
              <input
                type="radio"
                id="choice-${name}-${index}"
                name="${name}"
                value="${value}"
                ${flag('checked', value === chosen)}
              />
              <label for="choice-${name}-${index}"
                >${label}${hint !== undefined && html`<span class="hint">${hint}</span>`}</label
              >
            </div>`,
        ),
      );
    },
    ticks({ label, hint, boxes }) {
      return set(
        { name: boxes[0]?.name ?? '', label, hint },
        boxes.map(
          ({ name, label: words, on }) =>
            html`<div class="choice">
              <input
                type="checkbox"
                id="tick-${name}"
                name="${name}"
                value="1"
                ${flag('checked', isTicked(name, on))}
              />
              <label for="tick-${name}">${words}</label>
            </div>`,
        ),
      );
    },
  };
}

/** The attribute by which a control is tied to its hint and its fault. */
function describe(name: string, hint: string | undefined, fault: string | undefined): Html {
  const ids = [hint === undefined ? '' : `hint-${name}`, fault === undefined ? '' : `fault-${name}`];
  const described = ids.filter((id) => id !== '').join(' ');
  const invalid = fault !== undefined && html`aria-invalid="true"`;
  return described === '' ? html`` : html`aria-describedby="${described}" ${invalid}`;
}

/** What is wrong with a form, before it, with links to the fields; nothing when nothing is. */
export function faultSummary(faults: Faults, t: StaffText): Html {
  const entries = Object.entries(faults);
  if (entries.length === 0) return html``;
  return html`<div class="faults" role="alert" tabindex="-1" data-focus>
    <h2>${t('form.faults')}</h2>
    <ul>
      ${entries.map(([name, fault]) => html`<li>${name === '' ? fault : html`<a href="#field-${name}">${fault}</a>`}</li>`)}
    </ul>
  </div>`;
}

/** A form that changes something. `csrf` comes from the context. */
export function actionForm(options: {
  action: string;
  csrf: Html;
  body: Insertable;
  label?: string;
  /** The form holds a file. */
  upload?: boolean;
}): Html {
  const { action, csrf, body, label, upload = false } = options;
  return html`<form
    method="post"
    action="${action}"
    class="form"
    novalidate${label === undefined ? null : html` aria-label="${label}"`}${upload && html` enctype="multipart/form-data"`}
  >
    ${csrf}${body}
  </form>`;
}

/** A button that sends its form. One `primary` a page; `danger` for what cannot be undone. */
export function button(
  label: string,
  kind: 'primary' | 'secondary' | 'danger' = 'primary',
  name?: { name: string; value: string },
): Html {
  return html`<button
    type="submit"
    class="button button-${kind}"
    ${name === undefined ? null : html` name="${name.name}" value="${name.value}"`}
  >
    ${label}
  </button>`;
}

/** A link that looks like a button, for a next step that changes nothing. */
export function buttonLink(to: string, label: string, kind: 'primary' | 'secondary' = 'secondary'): Html {
  return html`<a class="button button-${kind}" href="${to}">${label}</a>`;
}

export interface Column<T> {
  label: string;
  cell: (row: T) => Insertable;
  /** Figures stand to the right. */
  numeric?: boolean;
}

/** A table with a caption; on a phone each row is a block in which every cell says its column. */
export function dataTable<T>(options: {
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  /** Said instead of an empty table. */
  empty: string;
  hideCaption?: boolean;
}): Html {
  const { caption, columns, rows, empty, hideCaption = false } = options;
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<table class="table">
    <caption class="${hideCaption ? 'hidden' : ''}">
      ${caption}
    </caption>
    <thead>
      <tr>
        ${columns.map(({ label, numeric }) => html`<th scope="col" class="${numeric === true ? 'numeric' : ''}">${label}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${columns.map(({ label, cell, numeric }) => html`<td data-label="${label}" class="${numeric === true ? 'numeric' : ''}"><div>${cell(row)}</div></td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Facts as pairs of a name and a value. */
export function factList(facts: readonly (readonly [string, Insertable])[]): Html {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A short state in a coloured frame; the words say it too. */
export function tag(label: string, tone: 'good' | 'warn' | 'bad' | 'plain' = 'plain'): Html {
  return html`<span class="tag tag-${tone}">${label}</span>`;
}

/** Something the reader must know before going on. */
export function notice(body: Insertable, tone: 'info' | 'warn' = 'info'): Html {
  return html`<div class="notice notice-${tone}" role="note">${body}</div>`;
}
