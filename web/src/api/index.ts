export { AmpelClosed, getAmpel } from './ampel';
export type { AmpelData } from './ampel';
export { CheckRefused, answerPath, beginCheck, checkSocket, endCheck, pathNames } from './check';
export type { CheckPath, CheckRefusal, Grant, PathName } from './check';
export { createMeeting, getMeeting, hostSecret } from './meetings';
export type { MeetingSummary } from './meetings';
export { LINK_HOURS, linkFrom, meetingPath, meetingUrl } from './links';
export { NAME_LIMIT, TITLE_LIMIT, faultOf, lengthOf } from './texts';
export type { TextFault } from './texts';
