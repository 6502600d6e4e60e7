import { createRequire } from 'node:module';
import { chartFont, chartSize, drawChart } from '../chart-svg.ts';
import type { Chart } from '../document/model.ts';

/** Pixels per unit of the drawing: sharp on paper. */
const scale = 2;
const require = createRequire(import.meta.url);
let isFontKnown = false;

/** A chart as a picture, with a font that has all Vietnamese letters, whatever fonts the machine has. */
export async function drawChartPng(chart: Chart): Promise<Buffer> {
  // Loaded on demand: a native library that only documents need.
  const { createCanvas, GlobalFonts, loadImage } = await import('@napi-rs/canvas');
  isFontKnown ||=
    GlobalFonts.registerFromPath(
      require.resolve('@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf'),
      chartFont,
    ) !== null;
  const width = chartSize.width * scale;
  const height = chartSize.height * scale;
  const canvas = createCanvas(width, height);
  const drawing = await loadImage(Buffer.from(drawChart(chart)));
  canvas.getContext('2d').drawImage(drawing, 0, 0, width, height);
  return canvas.toBuffer('image/png');
}
