import { html, type Html } from '../html.ts';

/** One bar: its label and a value of each series. */
export interface Bar {
  label: string;
  values: readonly number[];
}

const size = { width: 720, height: 240 };
const margin = { top: 12, right: 8, bottom: 30, left: 44 };
/** Labels below the bars at most; of more bars every second, third … is named. */
const labelsAtMost = 9;

/** Stacked columns from 0, as SVG; the series are told apart by shade and by the table that stands beside it. */
export function stackedColumns(options: { title: string; bars: readonly Bar[] }): Html {
  const { title, bars } = options;
  const plot = {
    width: size.width - margin.left - margin.right,
    height: size.height - margin.top - margin.bottom,
  };
  const sums = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const top = niceTop(Math.max(1, ...sums));
  const step = plot.width / Math.max(1, bars.length);
  const thickness = Math.max(1, Math.min(40, step * 0.75));
  const heightOf = (value: number) => (plot.height * value) / top;
  const everyLabel = Math.ceil(bars.length / labelsAtMost);
  const columns = bars.map(({ label, values }, index) => {
    const x = round(margin.left + step * (index + 0.5) - thickness / 2);
    let below = 0;
    const parts = values.map((value, series) => {
      below += value;
      const y = round(margin.top + plot.height - heightOf(below));
      return value === 0
        ? null
        : html`<rect
            class="series-${series}"
            x="${x}"
            y="${y}"
            width="${round(thickness)}"
            height="${round(heightOf(value))}"
          />`;
    });
    const name =
      index % everyLabel === 0 &&
      html`<text x="${round(margin.left + step * (index + 0.5))}" y="${size.height - 10}" text-anchor="middle"
        >${label}</text
      >`;
    return html`${parts}${name}`;
  });
  const lines = [0, 0.5, 1].map((share) => {
    const y = round(margin.top + plot.height * (1 - share));
    return html`<line x1="${margin.left}" x2="${size.width - margin.right}" y1="${y}" y2="${y}" />
      <text x="${margin.left - 6}" y="${y + 4}" text-anchor="end"
        >${Math.round(top * share).toLocaleString('vi')}</text
      >`;
  });
  return html`<svg class="chart" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title}">
    ${lines}${columns}
  </svg>`;
}

/** A line of bars beside words: how long compared with the longest. The figure stands in the table. */
export function shareBar(value: number, most: number): Html {
  const width = most === 0 ? 0 : round((value / most) * 100);
  return html`<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="series-0" x="0" y="0" width="${width}" height="10" />
  </svg>`;
}

/** The next of 2, 4, 10, 20, 40, 100 … at or above `value`, so that half of the axis is a whole number. */
function niceTop(value: number): number {
  for (let power = 1; ; power *= 10) {
    const found = [2, 4, 6, 8, 10].find((step) => step * power >= value);
    if (found !== undefined) return found * power;
  }
}

const round = (value: number) => Math.round(value * 100) / 100;
