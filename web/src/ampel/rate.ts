// The rating of an assessment: internal/ampel/rate.go, in TypeScript. Vectors hold the two together.

import { phrase } from './catalogue';
import { coloursOf, judge } from './judge';
import type { Assessment, Catalogue, Colour, Light, Rated, RateRequest, Rating } from './types';

export const TODAYS_RULES = 'konklave';

export function rate(catalogue: Catalogue, assessment: Assessment, request: RateRequest): Rating {
  const profile = request.profile || assessment.profile || 'normal';
  const rulesId = request.rules || TODAYS_RULES;
  const asked = { ...request, profile, rules: rulesId };
  const rules = catalogue.rules.find((known) => known.id === rulesId);
  const criteria = catalogue.criteria.map((criterion): Rated => {
    const judged = judge(catalogue, criterion, assessment, asked);
    const light = rules?.legal.includes(criterion.id) ? 'legal' : rules?.technical.includes(criterion.id) ? 'technical' : 'none';
    return { ...judged, light };
  });
  const legal = lightOf(catalogue, criteria, 'legal', request);
  let technical = lightOf(catalogue, criteria, 'technical', request);
  if (legal.colour === 'red') {
    const why = phrase(catalogue, request.language, 'light.gated', { light: phrase(catalogue, request.language, 'light.technical'), ids: inShort(legal.because) });
    technical = { ...technical, colour: 'not_rated', why, because: legal.because };
  }
  return {
    overall: worse(legal.colour, technical.colour),
    lights: [legal, technical],
    profile,
    rules: rulesId,
    notice: [
      phrase(catalogue, request.language, 'notice'),
      phrase(catalogue, request.language, 'notice.stamp', {
        catalogue: catalogue.version,
        rules: rules?.name[request.language] ?? '',
        profile: catalogue.profiles.find((known) => known.id === profile)?.name[request.language] ?? '',
        date: request.on,
      }),
    ],
    criteria,
  };
}

/** The worse of two colours; what is not rated is none. */
function worse(a: Colour, b: Colour): Colour {
  if (a === 'red' || b === 'red') return 'red';
  return a === 'yellow' || b === 'yellow' ? 'yellow' : 'green';
}

/** The worst colour of the criteria that count for a light. Where nothing applies nothing is shown, so that is not green. */
function lightOf(catalogue: Catalogue, all: readonly Rated[], id: 'legal' | 'technical', { language }: RateRequest): Light {
  const own = all.filter((rated) => rated.light === id);
  const applies = own.some((rated) => rated.state !== 'not_applicable');
  const colour = own.map(coloursOf).reduce<Colour>(worse, applies ? 'green' : 'yellow');
  const open = own.filter((rated) => coloursOf(rated) !== 'green');
  const because = open.filter((rated) => coloursOf(rated) === colour);
  const shown = because.filter((rated) => rated.state !== 'unknown').map((rated) => rated.id);
  const unshown = because.filter((rated) => rated.state === 'unknown').map((rated) => rated.id);
  const key = !applies ? 'empty' : colour === 'green' ? 'clear' : shown.length === 0 ? 'unshown' : unshown.length === 0 ? 'because' : 'both';
  const why = phrase(catalogue, language, `light.${key}`, {
    light: phrase(catalogue, language, `light.${id}`),
    colour: phrase(catalogue, language, `colour.${colour}`),
    ids: inShort(shown),
    unshown: inShort(unshown),
  });
  return { id, colour, why, because: because.map((rated) => rated.id), toGreen: open.map((rated) => rated.id) };
}

/** Lists ids, three or more in a row as "C01–C05". */
function inShort(ids: readonly string[]): string {
  const number = (id: string | undefined) => Number(id?.slice(1));
  const parts: string[] = [];
  for (let from = 0; from < ids.length; ) {
    let to = from;
    while (ids[to + 1]?.[0] === ids[from]?.[0] && number(ids[to + 1]) === number(ids[to]) + 1) to++;
    const run = ids.slice(from, to + 1);
    if (run.length < 3) parts.push(...run);
    else parts.push(`${run[0]}–${run[run.length - 1]}`);
    from = to + 1;
  }
  return parts.join(', ');
}
