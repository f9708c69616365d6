export { Preview } from './Preview';
export { watchLevel } from './level';
export { listDevices } from './devices';
export { browserFailure, canChooseSpeaker, canShareScreen } from './support';
export type { PreviewState, PreviewStates } from './Preview';
export type { Device, DeviceKind, DeviceList } from './devices';
