import { useId, useState } from 'react';
import { noFinding, phrase, severityOf, type Catalogue, type Criterion, type Evidence, type Finding, type Rated } from '../../ampel';
import { language } from '../../i18n';
import { Field, Select, TextArea } from '../../ui';
import { StateMark } from './Mark';
import { Sources } from './Sources';
import { w } from './words';

export interface CriterionFormProps {
  readonly catalogue: Catalogue;
  readonly criterion: Criterion;
  readonly rated: Rated;
  readonly profile: string;
  readonly rules: string;
  readonly today: string;
  readonly finding: Finding | undefined;
  readonly onFind: (finding: Finding) => void;
}

const evidences: readonly Evidence[] = ['measured', 'configured', 'attested', 'none'];

/** One criterion: what it is about, what was found, and how that is known. */
export function CriterionForm({ catalogue, criterion, rated, profile, rules, today, finding = noFinding, onFind }: CriterionFormProps) {
  const name = useId();
  const [open, setOpen] = useState(false);
  const say = (key: string) => phrase(catalogue, language, key);
  const change = (fields: Partial<Finding>) => onFind({ ...finding, ...fields });
  const weight = (id: string) => {
    const defect = criterion.defects.find((known) => known.id === id);
    return defect ? say(`severity.${severityOf(defect, profile, rules, today)}`) : '';
  };
  const choices = [
    { id: 'unknown', text: w('unknown') },
    { id: 'green', text: w('met', { green: criterion.green[language] }) },
    ...criterion.defects.map((defect) => ({ id: defect.id, text: `${defect.text[language]} (${weight(defect.id)})` })),
    { id: 'yellow', text: w('otherYellow') },
    { id: 'red', text: w('otherRed') },
    { id: 'not_applicable', text: w('notApplicable') },
  ];
  return (
    <section className="card ampel-criterion" aria-labelledby={`${name}-title`} data-testid={`criterion-${criterion.id}`}>
      <header>
        <h3 id={`${name}-title`}>
          <span className="num">{criterion.id}</span> {criterion.title[language]}
        </h3>
        <StateMark catalogue={catalogue} rated={rated} />
      </header>
      <p>{criterion.explain[language]}</p>
      <fieldset className="ampel-choices">
        <legend>{w('state')}</legend>
        {choices.map((choice) => (
          <label key={choice.id}>
            <input
              type="radio"
              name={name}
              value={choice.id}
              checked={finding.state === choice.id}
              onChange={() => change({ state: choice.id, date: choice.id === 'unknown' ? '' : finding.date || today })}
              data-testid={`${criterion.id}-${choice.id}`}
            />
            <span>{choice.text}</span>
          </label>
        ))}
      </fieldset>
      <p className="soft ampel-why">{rated.why}</p>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{w('details')}</summary>
        {open ? <Details catalogue={catalogue} criterion={criterion} today={today} finding={finding} change={change} /> : null}
      </details>
    </section>
  );
}

interface DetailsProps extends Pick<CriterionFormProps, 'catalogue' | 'criterion' | 'today'> {
  readonly finding: Finding;
  readonly change: (fields: Partial<Finding>) => void;
}

/** How it is known, in the assessor's own words, and where the criterion comes from. */
function Details({ catalogue, criterion, today, finding, change }: DetailsProps) {
  const say = (key: string) => phrase(catalogue, language, key);
  return (
    <div className="stack">
      <Select
        label={w('evidence')}
        options={evidences.map((id) => ({ id, label: say(`evidence.${id}`) }))}
        value={finding.evidence}
        onChange={(id) => change({ evidence: id as Evidence })}
      />
      <p className="small soft">
        {say('word.proof')}: {say(`evidence.${criterion.proof}`)}. {criterion.how[language]}
      </p>
      <TextArea label={w('note')} value={finding.note} onChange={(note) => change({ note })} rows={2} />
      <Field label={w('source')} value={finding.source} onChange={(source) => change({ source })} />
      <div className="ampel-days">
        <Day label={w('date')} value={finding.date} latest={today} onChange={(date) => change({ date })} />
        <Day label={w('expires')} value={finding.expires} onChange={(expires) => change({ expires })} />
      </div>
      {criterion.unsure ? (
        <p className="small">
          {say('word.unsure')}: {criterion.unsure[language]}
        </p>
      ) : null}
      <div className="small">
        <p>{say('word.sources')}:</p>
        <Sources catalogue={catalogue} ids={criterion.sources} />
      </div>
    </div>
  );
}

function Day({ label, value, latest, onChange }: { readonly label: string; readonly value: string; readonly latest?: string; readonly onChange: (day: string) => void }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} type="date" value={value} max={latest} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
