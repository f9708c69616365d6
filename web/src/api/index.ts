export { createMeeting, getMeeting } from './meetings';
export type { MeetingSummary } from './meetings';
export { linkFrom, meetingPath, meetingUrl } from './links';
