import { phrase, type Catalogue, type Colour, type Rated } from '../../ampel';
import { language } from '../../i18n';

const signs = { green: '✓', yellow: '!', red: '✕', unknown: '?', not_rated: '–', not_applicable: '–', advice: 'i' } as const;

/** A state with a shape, a sign and its word: never colour alone. */
function Mark({ look, word, big = false }: { readonly look: keyof typeof signs; readonly word: string; readonly big?: boolean }) {
  return (
    <span className={big ? 'mark mark-big' : 'mark'} data-look={look}>
      <span className="mark-sign" aria-hidden="true">
        {signs[look]}
      </span>
      {word}
    </span>
  );
}

export function ColourMark({ catalogue, colour, big = false }: { readonly catalogue: Catalogue; readonly colour: Colour; readonly big?: boolean }) {
  return <Mark look={colour} word={phrase(catalogue, language, `colour.${colour}`)} big={big} />;
}

export function StateMark({ catalogue, rated }: { readonly catalogue: Catalogue; readonly rated: Pick<Rated, 'state' | 'advice'> }) {
  const look = rated.advice ? 'advice' : rated.state;
  return <Mark look={look} word={phrase(catalogue, language, `state.${look}`)} />;
}
