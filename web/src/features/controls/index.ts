export { Controls } from './Controls';
export { ShortcutHelp } from './ShortcutHelp';
export type { PanelName } from './Controls';
