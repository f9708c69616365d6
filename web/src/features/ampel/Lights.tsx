import { phrase, type Catalogue, type Rating } from '../../ampel';
import { language } from '../../i18n';
import { ColourMark } from './Mark';
import { w } from './words';

/** The three lights, small, while somebody enters findings. Said when they change. */
export function LightBar({ catalogue, rating }: { readonly catalogue: Catalogue; readonly rating: Rating }) {
  const [legal, technical] = rating.lights;
  const all = [
    { id: 'overall', colour: rating.overall },
    { id: 'legal', colour: legal.colour },
    { id: 'technical', colour: technical.colour },
  ] as const;
  return (
    <section className="ampel-bar" aria-label={w('lights')} data-testid="ampel-lights">
      <div role="status" aria-atomic="true">
        {all.map(({ id, colour }) => (
          <p key={id} data-light={id} data-colour={colour}>
            {phrase(catalogue, language, `light.${id}`)}: <ColourMark catalogue={catalogue} colour={colour} />
          </p>
        ))}
      </div>
    </section>
  );
}

/** The three lights, large, each with what makes it what it is. */
export function LightCards({ catalogue, rating }: { readonly catalogue: Catalogue; readonly rating: Rating }) {
  const overall = { id: 'overall', colour: rating.overall, why: phrase(catalogue, language, `meaning.${rating.overall}`) } as const;
  return (
    <div className="ampel-lights">
      {[overall, ...rating.lights].map(({ id, colour, why }) => (
        <section key={id} className="card" data-light={id} data-colour={colour}>
          <h3>{phrase(catalogue, language, `light.${id}`)}</h3>
          <p>
            <ColourMark catalogue={catalogue} colour={colour} big />
          </p>
          <p>{why}</p>
        </section>
      ))}
    </div>
  );
}
