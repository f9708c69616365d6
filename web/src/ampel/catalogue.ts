// Looking things up in the catalogue. Nothing here decides.

import type { Assessment, Catalogue, Criterion, Defect, Fault, Finding, Language, Severity, Values } from './types';

/** A phrase with its holes filled. */
export function phrase(catalogue: Catalogue, language: Language, key: string, values: Values = {}): string {
  const text = catalogue.phrases[key]?.[language] ?? '';
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => values[name] ?? hole);
}

export function faultText(catalogue: Catalogue, language: Language, fault: Fault): string {
  return phrase(catalogue, language, `fault.${fault.code}`, fault.values);
}

export function criterionOf(catalogue: Catalogue, id: string): Criterion | undefined {
  return catalogue.criteria.find((criterion) => criterion.id === id);
}

/** What an assessment may say of a criterion. */
export function statesOf(criterion: Criterion): readonly string[] {
  return ['green', ...criterion.defects.map((defect) => defect.id), 'yellow', 'red', 'unknown', 'not_applicable'];
}

const ranks: readonly Severity[] = ['none', 'advice', 'yellow', 'red'];

export function graver(a: Severity, b: Severity): boolean {
  return ranks.indexOf(a) > ranks.indexOf(b);
}

/** How grave a defect is for a profile by a set of rules on a day. */
export function severityOf(defect: Defect, profile: string, rules: string, on: string): Severity {
  const ruled = defect.rules?.[rules];
  if (ruled) return ruled;
  let severity = defect.severity[profile] ?? 'none';
  for (const later of defect.later ?? []) if (on >= later.from) severity = later.severity[profile] ?? 'none';
  return severity;
}

/** The gravest that a criterion can be. */
export function worstOf(criterion: Criterion, profile: string, rules: string, on: string): Severity {
  let worst: Severity = 'none';
  for (const defect of criterion.defects) {
    const severity = severityOf(defect, profile, rules, on);
    if (graver(severity, worst)) worst = severity;
  }
  return worst;
}

export const noFinding: Finding = { state: 'unknown', evidence: 'none', note: '', source: '', date: '', expires: '' };

/** An assessment of a service of which nothing is known yet. */
export function newAssessment(catalogue: Catalogue, service: string, today: string): Assessment {
  const findings = Object.fromEntries(catalogue.criteria.map((criterion) => [criterion.id, noFinding]));
  return { service, operator: '', profile: 'normal', date: today, assessor: '', catalogue: catalogue.version, findings };
}

/** Today where this device stands, such as 2026-11-26. */
export function dayOf(now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
