export { Legal } from './Legal';
export type { LegalPage } from './Legal';
