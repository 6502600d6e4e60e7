import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { CounterName, GaugeName, HistogramName } from '../../../src/core/metric.ts';
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

/** What Prometheus itself adds to every series. */
const added = ['le', 'instance', 'job'];

/** Labels that a query selects or groups by and that its metrics do not have: it would find nothing, for ever. */
function strangeLabels(expression: string): string[] {
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) =>
    names.split(', '),
  );
  const selected = [...expression.matchAll(/(\w+)=~?"/g)].map(([, name = '']) => name);
  const labels = Object.fromEntries(
    [...grouped, ...selected].filter((name) => !added.includes(name)).map((name) => [name, 'x']),
  );
  return metricsOf(expression).filter((metric) => {
    const name = metric.replace(/_(bucket|sum|count)$/, '');
    const own = createMetrics();
    try {
      // The registry refuses a label that the metric was not made with; of these only one knows the name.
      own.count(name as CounterName, labels);
      own.observe(name as HistogramName, 1, labels);
      own.gauge(name as GaugeName, 1, labels);
      return false;
    } catch {
      return true;
    }
  });
}

const dashboard = JSON.parse(readFileSync('ops/grafana-dashboard.json', 'utf8')) as {
  panels: { id: number; title: string; gridPos: { x: number; y: number }; targets: { expr: string }[] }[];
};
const rules = JSON.parse(readFileSync('ops/alert-rules.json', 'utf8')) as {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
};
/** What `promtool test rules` expects of each alert. */
const ruleTests = parse(readFileSync('ops/alert-rules.test.yaml', 'utf8'), { merge: true }) as {
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
};
const expectations = ruleTests.tests.flatMap((test) => test.alert_rule_test);

describe('dashboard and alerts', () => {
  it.each(dashboard.panels.map(({ title, targets }) => [title, targets] as const))(
    'panel "%s" shows metrics that exist',
    (_title, targets) => {
      const named = targets.flatMap(({ expr }) => metricsOf(expr));
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((name) => !known.has(name))).toEqual([]);
      expect(targets.flatMap(({ expr }) => strangeLabels(expr))).toEqual([]);
    },
  );

  it('tells a label that a metric does not have', () => {
    expect(strangeLabels('sum by (decisions) (rate(tthc_interactions_total[5m]))')).toEqual([
      'tthc_interactions_total',
    ]);
    expect(strangeLabels('tthc_queue_items{status="parked"} > 0')).toEqual(['tthc_queue_items']);
  });

  it('has one panel a place and an id for each', () => {
    const places = dashboard.panels.map(({ gridPos: { x, y } }) => `${x},${y}`);
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it.each(rules.groups.flatMap((group) => group.rules).map((rule) => [rule.alert, rule] as const))(
    'alert %s watches what exists and says what to do',
    (alert, { expr, annotations }) => {
      expect(metricsOf(expr).filter((name) => !known.has(name))).toEqual([]);
      expect(strangeLabels(expr)).toEqual([]);
      if (alert !== 'TthcDown') expect(metricsOf(expr).length).toBeGreaterThan(0);
      expect(annotations).toMatchObject({ summary: expect.any(String), action: expect.any(String) });
    },
  );

  it.each(rules.groups.flatMap((group) => group.rules).map(({ alert }) => alert))(
    'promtool is told when alert %s fires and when it is silent',
    (alert) => {
      const counts = expectations
        .filter(({ alertname }) => alertname === alert)
        .map((expected) => expected.exp_alerts.length);
      expect(counts.some((count) => count > 0)).toBe(true);
      expect(counts).toContain(0);
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
