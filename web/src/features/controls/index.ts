export { Controls } from './Controls';
export type { PanelName } from './Controls';
