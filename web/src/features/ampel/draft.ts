// What somebody is entering, beside React: the assessment, the file it came from, and whether it is saved.

import { changeFile, newAssessment, noFinding, openFile, write, type Assessment, type Catalogue, type Fault, type Finding, type Language } from '../../ampel';
import { Cell, type Value } from '../../value';

export interface DraftState {
  readonly assessment: Assessment;
  readonly saved: boolean;
  /** raised with each file that is opened, and with each new beginning */
  readonly generation: number;
}

interface Origin {
  readonly text: string;
  readonly assessment: Assessment;
}

export class Draft {
  readonly #catalogue: Catalogue;
  readonly #today: () => string;
  readonly #state: Cell<DraftState>;
  #origin: Origin | undefined;

  constructor(catalogue: Catalogue, today: () => string) {
    this.#catalogue = catalogue;
    this.#today = today;
    this.#state = new Cell<DraftState>({ assessment: this.#empty(), saved: true, generation: 0 });
  }

  get state(): Value<DraftState> {
    return this.#state;
  }

  #empty(): Assessment {
    return { ...newAssessment(this.#catalogue, '', this.#today()), findings: {} };
  }

  change(fields: Partial<Assessment>): void {
    const { assessment, generation } = this.#state.get();
    this.#state.set({ assessment: { ...assessment, ...fields }, saved: false, generation });
  }

  /** A finding that says nothing at all is none. */
  find(id: string, finding: Finding): void {
    const { [id]: _, ...others } = this.#state.get().assessment.findings;
    const nothing = finding.state === 'unknown' && finding.evidence === 'none' && !finding.note && !finding.source && !finding.date && !finding.expires;
    const inOrder = nothing ? others : { ...others, [id]: finding };
    this.change({ findings: inOrder });
  }

  /** Nobody else is involved: all that would be a provider's is not applicable, where nothing else was found. */
  noProvider(): void {
    const { findings } = this.#state.get().assessment;
    const answers = { ...findings };
    for (const { id, absence } of this.#catalogue.criteria) {
      const found = findings[id] ?? noFinding;
      if (!absence || (found.state !== 'unknown' && found.state !== 'not_applicable')) continue;
      answers[id] = { ...found, state: 'not_applicable', evidence: found.evidence === 'none' ? absence : found.evidence, date: found.date || this.#today() };
    }
    this.change({ findings: answers });
  }

  startNew(): void {
    this.#origin = undefined;
    this.#state.set({ assessment: this.#empty(), saved: true, generation: this.#state.get().generation + 1 });
  }

  /** Opens a file, or says what is wrong with it and leaves all as it was. */
  async open(file: Blob): Promise<readonly Fault[]> {
    const read = await openFile(this.#catalogue, file, this.#today());
    if (read.faults) return read.faults;
    this.#origin = { text: read.text, assessment: read.assessment };
    this.#state.set({ assessment: read.assessment, saved: true, generation: this.#state.get().generation + 1 });
    return [];
  }

  /** The file as it is to be saved. A file that was opened keeps its comments. It is read again, so that it can be opened later. */
  async text(language: Language): Promise<{ readonly text: string; readonly faults: readonly Fault[] }> {
    const { assessment } = this.#state.get();
    const text = this.#origin ? await changeFile(this.#origin.text, this.#origin.assessment, assessment) : write(this.#catalogue, assessment, language);
    const { faults = [] } = await openFile(this.#catalogue, new Blob([text]), this.#today());
    return { text, faults };
  }

  /** It has been saved. */
  keep(text: string): void {
    const state = this.#state.get();
    this.#origin = { text, assessment: state.assessment };
    this.#state.set({ ...state, saved: true });
  }
}

/** A name for the file, such as ampel-mein-dienst.yaml. */
export function fileName(service: string): string {
  const plain = service.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `ampel-${plain.slice(0, 60) || 'dienst'}.yaml`;
}
