import { useState } from 'react';
import { criterionOf, phrase, type Assessment, type Catalogue, type Rating } from '../../ampel';
import { language } from '../../i18n';
import { Switch } from '../../ui';
import { LightCards } from './Lights';
import { StateMark } from './Mark';
import { Notice } from './Notice';
import { SourceLink } from './Sources';
import { w } from './words';

export interface ResultProps {
  readonly catalogue: Catalogue;
  readonly assessment: Assessment;
  readonly rating: Rating;
  /** all criteria, and nothing to press: for paper */
  readonly whole?: boolean;
}

/** The result: the lights, and each criterion with why it is what it is and what would turn it green. */
export function Result({ catalogue, assessment, rating, whole = false }: ResultProps) {
  const [wanted, setAll] = useState(false);
  const all = wanted || whole;
  const say = (key: string, values?: Readonly<Record<string, string>>) => phrase(catalogue, language, key, values);
  const told = [
    ['word.operator', assessment.operator],
    ['word.assessor', assessment.assessor],
    ['word.assessed', assessment.date],
  ] as const;
  const about = told.filter(([, text]) => text !== '').map(([key, text]) => `${say(key)}: ${text}`);
  const shown = rating.criteria.filter((rated) => all || rated.toGreen !== '');
  return (
    <div className="stack ampel-result" data-testid="ampel-result">
      <h2>{say('word.title_rating', { service: assessment.service || '…' })}</h2>
      {about.length > 0 ? <p>{about.join(' · ')}</p> : null}
      <Notice lines={rating.notice} />
      <LightCards catalogue={catalogue} rating={rating} />
      <h3>{w('results')}</h3>
      {whole ? null : (
        <Switch isSelected={all} onChange={setAll}>
          {w('showAll')}
        </Switch>
      )}
      {shown.length === 0 ? <p>{w('allGreen')}</p> : null}
      <ul className="ampel-rated">
        {shown.map((rated) => {
          const finding = assessment.findings[rated.id];
          return (
            <li key={rated.id} className="card">
              <header>
                <h4>
                  <span className="num">{rated.id}</span> {criterionOf(catalogue, rated.id)?.title[language]}
                </h4>
                <StateMark catalogue={catalogue} rated={rated} />
              </header>
              <p>
                {rated.why} ({say(`evidence.${rated.evidence}`)}
                {rated.light === 'none' ? `; ${say('light.none')}` : ''})
              </p>
              {rated.toGreen ? <p className="soft">{say('word.to_green', { green: rated.toGreen })}</p> : null}
              {finding?.date || finding?.expires ? (
                <p className="soft small">
                  {[finding.date && `${w('date')}: ${finding.date}`, finding.expires && `${w('expires')}: ${finding.expires}`].filter(Boolean).join(', ')}
                </p>
              ) : null}
              {finding?.note ? <p className="ampel-note">{`${say('word.note')}: ${finding.note}`}</p> : null}
              {finding?.source ? (
                <p>
                  {say('word.source')}: <SourceLink source={finding.source} />
                </p>
              ) : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
