// What the Ampel is made of: the data as the server gives them (/api/ampel/catalogue, /api/ampel/history), an assessment,
// and what it comes to. The same words as in internal/ampel.

export type Language = 'de' | 'en';

export interface Text {
  readonly de: string;
  readonly en: string;
}

export type Colour = 'green' | 'yellow' | 'red' | 'not_rated';
export type State = 'green' | 'yellow' | 'red' | 'unknown' | 'not_applicable';
export type Severity = 'none' | 'advice' | 'yellow' | 'red';
export type Evidence = 'none' | 'attested' | 'configured' | 'measured';

/** The grades of evidence, weakest first. */
export const evidences: readonly Evidence[] = ['none', 'attested', 'configured', 'measured'];

export interface Named {
  readonly id: string;
  readonly name: Text;
  readonly explain?: Text;
}

export interface RuleSet extends Named {
  readonly legal: readonly string[];
  readonly technical: readonly string[];
}

export type ByProfile = Readonly<Record<string, Severity>>;

export interface Defect {
  readonly id: string;
  readonly text: Text;
  /** whose severity it is: blnbdi-1 and blnbdi-2 the Berlin authority's of 2020 and 2021, blnbdi both; none: ours */
  readonly by?: string;
  readonly severity: ByProfile;
  readonly later?: readonly { readonly from: string; readonly severity: ByProfile }[];
  readonly rules?: Readonly<Record<string, Severity>>;
}

export interface Criterion {
  readonly id: string;
  readonly kind: string;
  readonly title: Text;
  readonly explain: Text;
  readonly green: Text;
  readonly proof: Evidence;
  readonly how: Text;
  readonly sources: readonly string[];
  readonly unsure?: Text;
  readonly absence?: Evidence;
  readonly defects: readonly Defect[];
}

export interface Source {
  readonly id: string;
  readonly title: Text;
  readonly links?: readonly string[];
  readonly unsure?: Text;
}

export interface Catalogue {
  readonly version: string;
  readonly date: string;
  readonly kinds: readonly Named[];
  readonly profiles: readonly Named[];
  readonly rules: readonly RuleSet[];
  readonly criteria: readonly Criterion[];
  readonly sources: readonly Source[];
  /** the criterion that says whether a provider is involved at all */
  readonly noProvider: string;
  readonly phrases: Readonly<Record<string, Text>>;
}

/** A colour of 2020 or 2021: never the state of today. */
export interface Past {
  readonly service: string;
  readonly operator: string;
  readonly date: string;
  readonly version: string;
  readonly legal: Colour;
  readonly reasons: readonly string[];
  readonly sources: readonly string[];
  readonly certainty: string;
}

export interface Finding {
  /** a state, or the name of a defect of the criterion */
  readonly state: string;
  readonly evidence: Evidence;
  readonly note: string;
  readonly source: string;
  readonly date: string;
  readonly expires: string;
}

export interface Assessment {
  readonly service: string;
  readonly operator: string;
  readonly profile: string;
  readonly date: string;
  readonly assessor: string;
  readonly catalogue: string;
  readonly findings: Readonly<Record<string, Finding>>;
}

export interface RateRequest {
  /** empty: the assessment's */
  readonly profile?: string;
  /** empty: today's */
  readonly rules?: string;
  readonly on: string;
  readonly language: Language;
}

export interface Rated {
  readonly id: string;
  readonly state: State;
  readonly evidence: Evidence;
  readonly why: string;
  /** yellow as advice, which does not colour */
  readonly advice: boolean;
  readonly light: 'legal' | 'technical' | 'none';
  readonly toGreen: string;
}

export interface Light {
  readonly id: 'legal' | 'technical';
  readonly colour: Colour;
  readonly why: string;
  readonly because: readonly string[];
  readonly toGreen: readonly string[];
}

export interface Rating {
  readonly overall: Colour;
  readonly lights: readonly [Light, Light];
  readonly profile: string;
  readonly rules: string;
  readonly notice: readonly string[];
  readonly criteria: readonly Rated[];
}

/** One thing that is wrong with a file; line and column from 1. */
export interface Fault {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly values: Values;
}

export type Values = Readonly<Record<string, string>>;
