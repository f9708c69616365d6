// The file of an assessment with its comments: internal/ampel/write.go, in TypeScript.

import { phrase } from './catalogue';
import type { Assessment, Catalogue, Language } from './types';

export function write(catalogue: Catalogue, assessment: Assessment, language: Language): string {
  const lines: string[] = [];
  const line = (indent: number, key: string, value: string) => lines.push(`${' '.repeat(indent)}${key}:${value === '' ? '' : ` ${value}`}`);
  for (const key of ['file.head', 'file.states', 'file.evidence', 'file.dates']) lines.push(`# ${phrase(catalogue, language, key)}`);
  lines.push(`# ${phrase(catalogue, language, 'file.profiles', { known: catalogue.profiles.map((profile) => profile.id).join(', ') })}`);
  line(0, 'ampel', '1');
  line(0, 'service', quote(assessment.service));
  line(0, 'operator', quote(assessment.operator));
  line(0, 'profile', assessment.profile);
  line(0, 'date', quote(assessment.date));
  line(0, 'assessor', quote(assessment.assessor));
  line(0, 'catalogue', quote(assessment.catalogue));
  line(0, 'findings', '');
  for (const criterion of catalogue.criteria) {
    const finding = assessment.findings[criterion.id];
    if (!finding) continue;
    lines.push('', `  # ${criterion.id} ${criterion.title[language]}`, `  # ${criterion.green[language]}`);
    for (const defect of criterion.defects) lines.push(`  #   ${defect.id}: ${defect.text[language]}`);
    line(2, criterion.id, '');
    line(4, 'state', finding.state);
    line(4, 'evidence', finding.evidence);
    line(4, 'note', quote(finding.note));
    line(4, 'source', quote(finding.source));
    if (finding.date) line(4, 'date', quote(finding.date));
    if (finding.expires) line(4, 'expires', quote(finding.expires));
  }
  return lines.map((text) => `${text}\n`).join('');
}

/** A text in double quotes, https://yaml.org/spec/1.2.2/#731-double-quoted-style. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
}
