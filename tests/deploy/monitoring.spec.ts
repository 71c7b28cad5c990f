import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ADMIN_OPERATIONS } from '../../apps/sap2/src/admin/operations.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly runbook_url: string };
}
interface RulesFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}
interface RuleTest {
  readonly name: string;
  readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const textOf = (file: string): string => readFileSync(file, 'utf8');
const METRICS = textOf('docs/metrics.md');
const RUNBOOK = textOf('docs/runbook.md');
const RULES = (parse(textOf('deploy/prometheus/rules.yml')) as RulesFile).groups.flatMap(
  ({ rules }) => rules,
);
const TESTS = (parse(textOf('deploy/prometheus/rules.test.yml')) as { tests: readonly RuleTest[] }).tests;
const DASHBOARD = JSON.parse(textOf('deploy/grafana/sap2.json')) as Dashboard;

/** What Prometheus and the supervisor of workers add to each series. */
const ADDED_LABELS = ['job', 'instance', 'worker', 'le'];

/** The labels of each metric that docs/metrics.md explains. */
const DOCUMENTED = new Map(
  Array.from(METRICS.matchAll(/^\| `(\w+)` +\| \w+ +\| ([^|]*)\|/gmu), ([, name = '', labels = '']) => [
    name,
    [...Array.from(labels.matchAll(/`(\w+)`/gu), ([, label = '']) => label), ...ADDED_LABELS],
  ]),
);

const familyOf = (name: string): string => name.replace(/_(?:bucket|count|sum)$/u, '');
const isOfNode = (name: string): boolean => /^sap[12]_(?:process|nodejs)_/u.test(name);

/** Names and labels of an expression that docs/metrics.md does not have. */
function unknownIn(expr: string): readonly string[] {
  const names = Array.from(expr.matchAll(/\bsap[12]_\w+/gu), ([name]) => familyOf(name));
  const unknownNames = names.filter((name) => !isOfNode(name) && !DOCUMENTED.has(name));
  const selected = Array.from(expr.matchAll(/\b(sap[12]_\w+)\{([^}]*)\}/gu)).flatMap(
    ([, name = '', selectors = '']) =>
      Array.from(selectors.matchAll(/(\w+)\s*[!=]/gu), ([, label = '']) => ({ name, label })),
  );
  const grouped = Array.from(expr.matchAll(/\bby \(([^)]*)\)/gu)).flatMap(([, labels = '']) =>
    labels.split(',').map((label) => label.trim()),
  );
  const known = new Set(names.flatMap((name) => DOCUMENTED.get(name) ?? ADDED_LABELS));
  return [
    ...unknownNames,
    ...selected
      .filter(({ name, label }) => !isOfNode(name) && !DOCUMENTED.get(familyOf(name))?.includes(label))
      .map(({ name, label }) => `${name}{${label}}`),
    ...grouped.filter((label) => !known.has(label)),
  ];
}

const headings = Array.from(RUNBOOK.matchAll(/^## (.+)$/gmu), ([, heading = '']) => heading);

describe('the alerts', () => {
  it.each(RULES.map((rule) => [rule.alert, rule] as const))(
    '%s: names only metrics and labels that docs/metrics.md explains',
    (_, { expr }) => {
      expect(unknownIn(expr)).toEqual([]);
    },
  );

  it('have a chapter in the runbook each, which their link leads to', () => {
    expect(headings).toEqual(RULES.map(({ alert }) => alert));
    for (const { alert, annotations } of RULES)
      expect(annotations.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  });

  it('say who must act', () => {
    for (const { labels } of RULES) expect(['page', 'ticket']).toContain(labels.severity);
  });

  it('are each raised, and each silent, in a test of promtool', () => {
    expect(TESTS.map(({ name }) => name)).toEqual(RULES.map(({ alert }) => alert));
    for (const { name, alert_rule_test: checks } of TESTS) {
      expect(checks.map(({ alertname }) => alertname)).toEqual([name, name]);
      expect(checks.map(({ exp_alerts: alerts }) => alerts.length)).toEqual([0, 1]);
    }
  });
});

describe('the runbook', () => {
  it('says for each alert what it means and what to do', () => {
    for (const chapter of RUNBOOK.split(/^## /mu).slice(1)) {
      expect(chapter).toContain('**Meaning.**');
      expect(chapter).toContain('**Do.**');
    }
  });

  it('names only metrics that docs/metrics.md explains, and commands that exist', () => {
    const metrics = Array.from(RUNBOOK.matchAll(/`(sap[12]_\w+)/gu), ([, name = '']) => name);
    expect(metrics.filter((name) => !isOfNode(name) && !DOCUMENTED.has(name))).toEqual([]);
    const commands = ADMIN_OPERATIONS.map(({ command }) =>
      `${command?.noun ?? ''} ${command?.verb ?? ''}`.trim(),
    );
    const named = Array.from(
      RUNBOOK.matchAll(/`?sap2 ([a-z]+(?: [a-z]+)?)/gu),
      ([, command = '']) => command,
    );
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it.each(DASHBOARD.panels.flatMap(({ title, targets }) => (targets ?? []).map(({ expr }) => [title, expr])))(
    '%s: names only metrics and labels that docs/metrics.md explains',
    (_, expr) => {
      expect(unknownIn(expr)).toEqual([]);
    },
  );

  it('has a number of its own for each panel', () => {
    const ids = DASHBOARD.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
