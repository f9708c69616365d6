import { useEffect, useRef, useState } from 'react';
import { rate, type Catalogue, type Rating } from '../../ampel';
import { language } from '../../i18n';
import { Button, Field, Note, Select } from '../../ui';
import { useValue } from '../../value';
import { CriterionForm } from './CriterionForm';
import type { Draft, DraftState } from './draft';
import { FileActions } from './FileActions';
import { LightBar } from './Lights';
import { usePrinting } from './printing';
import { Result } from './Result';
import { w } from './words';

export interface AssessProps {
  readonly catalogue: Catalogue;
  readonly draft: Draft;
  readonly today: string;
}

/** The form, step by step: the service, the kinds of criteria, the result. The lights stay in sight. */
export function Assess({ catalogue, draft, today }: AssessProps) {
  const state = useValue(draft.state);
  const [rules, setRules] = useState('konklave');
  const [step, setStep] = useState('service');
  const heading = useRef<HTMLHeadingElement>(null);
  const rating = rate(catalogue, state.assessment, { rules, on: today, language });
  useWarning(!state.saved);
  const printing = usePrinting();

  const steps = [
    { id: 'service', label: w('stepService') },
    ...catalogue.kinds.map((kind) => ({ id: kind.id, label: kind.name[language] })),
    { id: 'result', label: w('stepResult') },
  ];
  const at = steps.findIndex((known) => known.id === step);
  const before = steps[at - 1];
  const after = steps[at + 1];
  const go = (id: string) => {
    setStep(id);
    requestAnimationFrame(() => {
      heading.current?.focus({ preventScroll: true });
      heading.current?.scrollIntoView?.({ block: 'start' });
    });
  };
  return (
    <div className="stack ampel-assess">
      <div className="ampel-top">
        <Note>{w('local')}</Note>
        <FileActions catalogue={catalogue} draft={draft} state={state} />
      </div>
      <LightBar catalogue={catalogue} rating={rating} />
      {step === 'result' ? null : <p className="small soft ampel-notice">{rating.notice.join(' ')}</p>}
      <nav aria-label={w('steps')} className="ampel-steps">
        <ol>
          {steps.map(({ id, label }) => (
            <li key={id}>
              <button type="button" aria-current={id === step ? 'step' : undefined} onClick={() => go(id)} data-testid={`step-${id}`}>
                {label}
                <Progress catalogue={catalogue} state={state} kind={id} />
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <h2 ref={heading} tabIndex={-1} className="ampel-step">
        {steps[at]?.label}
      </h2>
      <div key={`${step} ${state.generation}`} className="stack">
        {step === 'service' ? <ServiceStep catalogue={catalogue} draft={draft} state={state} rules={rules} onRules={setRules} /> : null}
        {step === 'result' ? <Result catalogue={catalogue} assessment={state.assessment} rating={rating} /> : null}
        {step === 'contract' ? <NoProvider draft={draft} /> : null}
        <KindStep catalogue={catalogue} draft={draft} state={state} rating={rating} today={today} kind={step} />
      </div>
      <div className="ampel-ways">
        {before ? <Button onPress={() => go(before.id)}>{w('back', { step: before.label })}</Button> : null}
        {after ? (
          <Button look="main" onPress={() => go(after.id)} data-testid="ampel-next">
            {w('next', { step: after.label })}
          </Button>
        ) : null}
      </div>
      {printing ? (
        <div className="ampel-paper">
          <Result catalogue={catalogue} assessment={state.assessment} rating={rating} whole />
        </div>
      ) : null}
    </div>
  );
}

/** For who runs a service without anybody else: 17 answers at once. */
function NoProvider({ draft }: { readonly draft: Draft }) {
  return (
    <section className="card stack ampel-criterion">
      <p>{w('noProvider')}</p>
      <Button onPress={() => draft.noProvider()} data-testid="ampel-no-provider">
        {w('noProviderDo')}
      </Button>
    </section>
  );
}

/** Asks before the page is left with something that is not saved. */
function useWarning(on: boolean): void {
  useEffect(() => {
    if (!on) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [on]);
}

/** How many criteria of a kind are settled. */
function Progress({ catalogue, state, kind }: { readonly catalogue: Catalogue; readonly state: DraftState; readonly kind: string }) {
  const own = catalogue.criteria.filter((criterion) => criterion.kind === kind);
  if (own.length === 0) return null;
  const done = own.filter((criterion) => (state.assessment.findings[criterion.id]?.state ?? 'unknown') !== 'unknown').length;
  return <span className="soft small num"> {w('stepProgress', { done, all: own.length })}</span>;
}

interface ServiceStepProps {
  readonly catalogue: Catalogue;
  readonly draft: Draft;
  readonly state: DraftState;
  readonly rules: string;
  readonly onRules: (rules: string) => void;
}

function ServiceStep({ catalogue, draft, state: { assessment }, rules, onRules }: ServiceStepProps) {
  const profile = catalogue.profiles.find((known) => known.id === assessment.profile);
  const ruled = catalogue.rules.find((known) => known.id === rules);
  const named = (list: Catalogue['profiles']) => list.map((known) => ({ id: known.id, label: known.name[language] }));
  return (
    <section className="card stack ampel-service">
      <Field label={w('service')} value={assessment.service} onChange={(service) => draft.change({ service })} testId="ampel-service" />
      <Field label={w('operator')} value={assessment.operator} onChange={(operator) => draft.change({ operator })} />
      <Field label={w('assessor')} value={assessment.assessor} onChange={(assessor) => draft.change({ assessor })} />
      <Select label={w('profile')} options={named(catalogue.profiles)} value={assessment.profile} onChange={(id) => draft.change({ profile: id })} />
      <p className="small soft">{profile?.explain?.[language]}</p>
      <Select label={w('rules')} options={named(catalogue.rules)} value={rules} onChange={onRules} />
      <p className="small soft">{ruled?.explain?.[language]}</p>
    </section>
  );
}

interface KindStepProps {
  readonly catalogue: Catalogue;
  readonly draft: Draft;
  readonly state: DraftState;
  readonly rating: Rating;
  readonly today: string;
  readonly kind: string;
}

function KindStep({ catalogue, draft, state, rating, today, kind }: KindStepProps) {
  return catalogue.criteria.map((criterion, index) => {
    const rated = rating.criteria[index];
    if (criterion.kind !== kind || !rated) return null;
    return (
      <CriterionForm
        key={criterion.id}
        catalogue={catalogue}
        criterion={criterion}
        rated={rated}
        profile={rating.profile}
        rules={rating.rules}
        today={today}
        finding={state.assessment.findings[criterion.id]}
        onFind={(finding) => draft.find(criterion.id, finding)}
      />
    );
  });
}
