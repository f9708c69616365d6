import { useState } from 'react';
import { phrase, severityOf, TODAYS_RULES, type Catalogue, type Criterion, type Defect } from '../../ampel';
import { language } from '../../i18n';
import { Badge, Select } from '../../ui';
import { Notice } from './Notice';
import { usePrinting } from './printing';
import { Sources } from './Sources';
import { w } from './words';

/** The criteria with their sources, for one profile. */
export function CriteriaView({ catalogue, today }: { readonly catalogue: Catalogue; readonly today: string }) {
  const [profile, setProfile] = useState('normal');
  const printing = usePrinting();
  const notice = [phrase(catalogue, language, 'notice'), phrase(catalogue, language, 'notice.catalogue', { catalogue: catalogue.version, date: catalogue.date })];
  return (
    <div className="stack" data-testid="ampel-criteria">
      <Notice lines={notice} />
      <Select
        label={w('criteriaFor')}
        options={catalogue.profiles.map((known) => ({ id: known.id, label: known.name[language] }))}
        value={profile}
        onChange={setProfile}
      />
      {printing ? <p>{`${w('criteriaFor')}: ${catalogue.profiles.find((known) => known.id === profile)?.name[language]}`}</p> : null}
      {catalogue.kinds.map((kind) => (
        <section key={kind.id} className="stack">
          <h2>{kind.name[language]}</h2>
          {catalogue.criteria
            .filter((criterion) => criterion.kind === kind.id)
            .map((criterion) => (
              <CriterionCard key={criterion.id} catalogue={catalogue} criterion={criterion} profile={profile} today={today} open={printing} />
            ))}
        </section>
      ))}
    </div>
  );
}

const looks = { red: 'danger', yellow: 'warn', advice: 'plain', none: 'plain' } as const;

interface CriterionCardProps {
  readonly catalogue: Catalogue;
  readonly criterion: Criterion;
  readonly profile: string;
  readonly today: string;
  /** its sources too, as on paper */
  readonly open: boolean;
}

function CriterionCard({ catalogue, criterion, profile, today, open }: CriterionCardProps) {
  const say = (key: string) => phrase(catalogue, language, key);
  return (
    <section className="card ampel-criterion">
      <h3>
        <span className="num">{criterion.id}</span> {criterion.title[language]}
      </h3>
      <p>{criterion.explain[language]}</p>
      <p>
        <span aria-hidden="true">✓ </span>
        {criterion.green[language]}
      </p>
      <ul className="ampel-defects">
        {criterion.defects.map((defect) => (
          <DefectLine key={defect.id} catalogue={catalogue} defect={defect} profile={profile} today={today} />
        ))}
      </ul>
      <details open={open}>
        <summary>{w('sources')}</summary>
        <div className="small stack">
          <p>
            {say('word.proof')}: {say(`evidence.${criterion.proof}`)}. {criterion.how[language]}
          </p>
          {criterion.unsure ? <p>{`${say('word.unsure')}: ${criterion.unsure[language]}`}</p> : null}
          <Sources catalogue={catalogue} ids={criterion.sources} />
        </div>
      </details>
    </section>
  );
}

function DefectLine({ catalogue, defect, profile, today }: { readonly catalogue: Catalogue; readonly defect: Defect; readonly profile: string; readonly today: string }) {
  const say = (key: string, values?: Readonly<Record<string, string>>) => phrase(catalogue, language, key, values);
  const severity = severityOf(defect, profile, TODAYS_RULES, today);
  // Who says so, and when or by which rules it is something else.
  const beside = defect.by ? [say(`by.${defect.by}`)] : [];
  let last = severity;
  for (const { from } of defect.later ?? []) {
    const then = severityOf(defect, profile, TODAYS_RULES, from);
    if (from > today && then !== last) beside.push(say('severity.from', { date: from, severity: say(`severity.${then}`) }));
    last = then;
  }
  for (const { id, name } of catalogue.rules) {
    const other = defect.rules?.[id];
    if (other) beside.push(say('severity.rules', { rules: name[language], severity: say(`severity.${other}`) }));
  }
  return (
    <li>
      {defect.text[language]} <Badge look={looks[severity]}>{phrase(catalogue, language, `severity.${severity}`)}</Badge>
      {beside.length > 0 ? <span className="small soft"> {beside.join('; ')}</span> : null}
    </li>
  );
}
