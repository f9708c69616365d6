export { EnterMeeting, Start } from './Start';
export type { StartProps } from './Start';
