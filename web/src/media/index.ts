export { Preview } from './Preview';
export { watchLevel } from './level';
export { browserFailure, canShareScreen } from './support';
export type { PreviewState } from './Preview';
export type { Device, DeviceKind } from './devices';
