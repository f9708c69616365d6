// What a finding comes to: internal/ampel/judge.go, in TypeScript.

import { graver, phrase, severityOf, worstOf } from './catalogue';
import { evidences, type Catalogue, type Criterion, type Evidence, type Finding, type Rated, type RateRequest, type Severity, type State } from './types';

type Judged = Pick<Rated, 'state' | 'advice' | 'why'>;
type Asked = RateRequest & { readonly profile: string; readonly rules: string };

/** What a criterion does to its light. */
export function coloursOf(rated: Pick<Rated, 'state' | 'advice'>): 'green' | 'yellow' | 'red' {
  if (rated.state === 'red') return 'red';
  return rated.state === 'unknown' || (rated.state === 'yellow' && !rated.advice) ? 'yellow' : 'green';
}

const rank = (evidence: Evidence) => evidences.indexOf(evidence);

export function judge(catalogue: Catalogue, criterion: Criterion, found: Finding | undefined, asked: Asked): Omit<Rated, 'light'> {
  const say = (key: string, values?: Readonly<Record<string, string>>) => phrase(catalogue, asked.language, key, values);
  const worst = worstOf(criterion, asked.profile, asked.rules, asked.on);
  const claimed = found?.evidence ?? 'none';
  const evidence = rank(claimed) > rank(criterion.proof) ? criterion.proof : claimed;
  let judged = found ? judgeFinding(criterion, found, worst, asked, say) : { state: 'unknown' as State, advice: false, why: say('why.missing') };
  // A profile that asks for nothing here has nothing to be unknown. What has expired is unknown, unless it is worse.
  if (worst === 'none' && found?.state !== 'green') {
    judged = { state: 'not_applicable', advice: false, why: say('why.not_asked') };
  } else if (found && found.expires !== '' && asked.on > found.expires && coloursOf(judged) === 'green') {
    judged = { state: 'unknown', advice: false, why: say('why.expired', { date: found.expires }) };
  }
  const whys = [judged.why];
  if (judged.advice) whys.push(say('why.advice'));
  if (claimed !== evidence) whys.push(say('why.capped', { claimed: say(`evidence.${claimed}`), evidence: say(`evidence.${evidence}`) }));
  const open = judged.state === 'red' || judged.state === 'yellow' || judged.state === 'unknown';
  return { id: criterion.id, ...judged, evidence, why: whys.join(' '), toGreen: open ? criterion.green[asked.language] : '' };
}

function judgeFinding(criterion: Criterion, found: Finding, worst: Severity, asked: Asked, say: (key: string, values?: Readonly<Record<string, string>>) => string): Judged {
  switch (found.state) {
    case 'unknown':
      return { state: 'unknown', advice: false, why: say('why.unknown') };
    case 'green':
      return { state: 'green', advice: false, why: say('why.met') };
    case 'not_applicable':
      if (criterion.absence && rank(found.evidence) < rank(criterion.absence)) return { state: 'unknown', advice: false, why: say('why.absence_unattested') };
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
