import type { Chart } from './document/model.ts';
import { formatCount } from './format-number.ts';

export const chartFont = 'Tinos';
const width = 640;
const height = 260;
const margin = { top: 24, right: 12, bottom: 44, left: 52 };
/** Labels below the bars at most; of more bars every second or third is named. */
const labelsAtMost = 16;
const ink = '#1f2933';
const grid = '#c9d1d9';
const bar = '#1b5e8c';

/** A bar chart as SVG: axis from 0, a value above each bar where there is room. */
export function drawChart({ title, bars }: Chart): string {
  const plotWidth = width - margin.left - margin.right;
  const plotHeight = height - margin.top - margin.bottom;
  const top = niceTop(Math.max(1, ...bars.map(({ value }) => value)));
  const step = plotWidth / Math.max(1, bars.length);
  const thickness = Math.min(56, step * 0.7);
  const y = (value: number) => margin.top + plotHeight * (1 - value / top);
  const lines = [0, 0.25, 0.5, 0.75, 1]
    .map((share) => top * share)
    .filter((value) => Number.isInteger(value))
    .map(
      (value) =>
        `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(value)}" y2="${y(value)}" stroke="${grid}"/>` +
        text(formatCount(value), margin.left - 6, y(value) + 4, 'end', 12),
    );
  const labelEvery = Math.ceil(bars.length / labelsAtMost);
  const columns = bars.map(({ label, value }, index) => {
    const centre = margin.left + step * (index + 0.5);
    const shape = `<rect x="${round(centre - thickness / 2)}" y="${round(y(value))}" width="${round(thickness)}" height="${round(plotHeight + margin.top - y(value))}" fill="${bar}"/>`;
    const above = bars.length <= 20 ? text(formatCount(value), centre, y(value) - 4, 'middle', 12) : '';
    const below =
      index % labelEvery === 0 ? text(label, centre, height - margin.bottom + 18, 'middle', 12) : '';
    return shape + above + below;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>${lines.join('')}${columns.join('')}</svg>`
  );
}

export const chartSize = { width, height };

/** The next value of the form 4, 8, 20, 40, 100 … at or above `value`, so that quarters of the axis are whole numbers. */
function niceTop(value: number): number {
  for (let power = 1; ; power *= 10) {
    const found = [4, 8, 12, 20].find((step) => step * power >= value);
    if (found !== undefined) return found * power;
  }
}

function text(content: string, x: number, y: number, anchor: string, size: number): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" font-family="${chartFont}" font-size="${size}" fill="${ink}">${escape(content)}</text>`;
}

const round = (value: number) => Math.round(value * 100) / 100;

function escape(value: string): string {
  return value.replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign,
  );
}
