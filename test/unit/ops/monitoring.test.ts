import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { createMetrics } from '../../../src/ops/metrics.ts';

const known = new Set(
  [...(await createMetrics().render()).matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);

/** Names of metrics in a query: words that are followed by neither a bracket nor an equals sign. */
function metricsOf(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\bby \([^)]*\)/g, '');
  return [...bare.matchAll(/\b(tthc_\w+|process_\w+|nodejs_\w+)\b/g)].map(([, name = '']) => name);
}

const dashboard = JSON.parse(readFileSync('ops/grafana-dashboard.json', 'utf8')) as {
  panels: { title: string; targets: { expr: string }[] }[];
};
const rules = parse(readFileSync('ops/alert-rules.yaml', 'utf8')) as {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
};

describe('dashboard and alerts', () => {
  it.each(dashboard.panels.map(({ title, targets }) => [title, targets] as const))(
    'panel "%s" shows metrics that exist',
    (_title, targets) => {
      const named = targets.flatMap(({ expr }) => metricsOf(expr));
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it.each(rules.groups.flatMap((group) => group.rules).map((rule) => [rule.alert, rule] as const))(
    'alert %s watches what exists and says what to do',
    (alert, { expr, annotations }) => {
      expect(metricsOf(expr).filter((name) => !known.has(name))).toEqual([]);
      if (alert !== 'TthcDown') expect(metricsOf(expr).length).toBeGreaterThan(0);
      expect(annotations).toMatchObject({ summary: expect.any(String), action: expect.any(String) });
    },
  );

  it('shows every metric of ours somewhere', () => {
    const shown = new Set(
      [...dashboard.panels.flatMap(({ targets }) => targets), ...rules.groups.flatMap((group) => group.rules)]
        .flatMap(({ expr }) => metricsOf(expr))
        .map((name) => name.replace(/_bucket$/, '')),
    );
    const ours = [...known].filter((name) => name.startsWith('tthc_') && !/_(sum|count)$/.test(name));
    expect(ours.map((name) => name.replace(/_bucket$/, '')).filter((name) => !shown.has(name))).toEqual([]);
  });
});
