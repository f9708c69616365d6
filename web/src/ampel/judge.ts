// What a finding comes to: internal/ampel/judge.go, in TypeScript.

import { criterionOf, graver, phrase, severityOf, worstOf } from './catalogue';
import { evidences, type Assessment, type Catalogue, type Criterion, type Evidence, type Finding, type Rated, type RateRequest, type Severity, type Values } from './types';

type Judged = Pick<Rated, 'state' | 'advice' | 'why'>;
type Asked = RateRequest & { readonly profile: string; readonly rules: string };

/** What a criterion does to its light. */
export function coloursOf(rated: Pick<Rated, 'state' | 'advice'>): 'green' | 'yellow' | 'red' {
  if (rated.state === 'red') return 'red';
  return rated.state === 'unknown' || (rated.state === 'yellow' && !rated.advice) ? 'yellow' : 'green';
}

const rank = (evidence: Evidence) => evidences.indexOf(evidence);

const isExpired = (finding: Finding, on: string) => finding.expires !== '' && on > finding.expires;

/** Whether somebody attests that the service has no provider at all. */
function nobodyInvolved(catalogue: Catalogue, assessment: Assessment, on: string): boolean {
  const finding = assessment.findings[catalogue.noProvider];
  const needed = criterionOf(catalogue, catalogue.noProvider)?.absence ?? 'none';
  return finding?.state === 'not_applicable' && rank(finding.evidence) >= rank(needed) && !isExpired(finding, on);
}

export function judge(catalogue: Catalogue, criterion: Criterion, assessment: Assessment, asked: Asked): Omit<Rated, 'light'> {
  const found = assessment.findings[criterion.id];
  const say = (key: string, values?: Values) => phrase(catalogue, asked.language, key, values);
  const worst = worstOf(criterion, asked.profile, asked.rules, asked.on);
  const claimed = found?.evidence ?? 'none';
  const evidence = rank(claimed) > rank(criterion.proof) ? criterion.proof : claimed;
  let judged: Judged = { state: 'unknown', advice: false, why: say('why.missing') };
  if (found) judged = judgeFinding(catalogue, criterion, found, worst, nobodyInvolved(catalogue, assessment, asked.on), asked);
  // A profile that asks for nothing here has nothing to be unknown. What has expired is unknown, unless it is worse.
  if (worst === 'none' && found?.state !== 'green') {
    judged = { state: 'not_applicable', advice: false, why: say('why.not_asked') };
  } else if (found && isExpired(found, asked.on) && coloursOf(judged) === 'green') {
    judged = { state: 'unknown', advice: false, why: say('why.expired', { date: found.expires }) };
  }
  const whys = [judged.why];
  if (judged.advice) whys.push(say('why.advice'));
  if (claimed !== evidence) whys.push(say('why.capped', { claimed: say(`evidence.${claimed}`), evidence: say(`evidence.${evidence}`) }));
  const open = judged.state === 'red' || judged.state === 'yellow' || judged.state === 'unknown';
  return { id: criterion.id, ...judged, evidence, why: whys.join(' '), toGreen: open ? criterion.green[asked.language] : '' };
}

/** What a finding comes to before it is asked whether it expired and whether the profile asks for it. */
function judgeFinding(catalogue: Catalogue, criterion: Criterion, found: Finding, worst: Severity, alone: boolean, asked: Asked): Judged {
  const say = (key: string, values?: Values) => phrase(catalogue, asked.language, key, values);
  switch (found.state) {
    case 'unknown':
      return { state: 'unknown', advice: false, why: say('why.unknown') };
    case 'green':
      return { state: 'green', advice: false, why: say('why.met') };
    case 'not_applicable':
      if (criterion.absence && rank(found.evidence) < rank(criterion.absence)) return { state: 'unknown', advice: false, why: say('why.absence_unattested') };
      if (criterion.absence && criterion.id !== catalogue.noProvider && !alone) {
        return { state: 'unknown', advice: false, why: say('why.absence_elsewhere', { id: catalogue.noProvider }) };
      }
      return { state: 'not_applicable', advice: false, why: say('why.not_applicable') };
    case 'yellow':
    case 'red': {
      const colour = say(`colour.${found.state}`);
      if (!graver(found.state, worst)) return { ...stateOf(found.state), why: say('why.judged', { colour }) };
      return { ...stateOf(worst), why: say('why.judged_less', { colour, severity: say(`severity.${worst}`) }) };
    }
    default: {
      const defect = criterion.defects.find((known) => known.id === found.state);
      const severity = defect ? severityOf(defect, asked.profile, asked.rules, asked.on) : 'none';
      const text = defect?.text[asked.language] ?? '';
      return { ...stateOf(severity), why: say(severity === 'none' ? 'why.no_defect' : 'why.defect', { defect: text }) };
    }
  }
}

function stateOf(severity: Severity): Pick<Rated, 'state' | 'advice'> {
  switch (severity) {
    case 'red':
      return { state: 'red', advice: false };
    case 'yellow':
      return { state: 'yellow', advice: false };
    case 'advice':
      return { state: 'yellow', advice: true };
    case 'none':
      return { state: 'green', advice: false };
  }
}
