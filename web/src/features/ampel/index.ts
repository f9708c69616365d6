export { Ampel } from './Ampel';
export type { AmpelProps } from './Ampel';
