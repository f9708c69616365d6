export { MakePage } from './MakePage';
export { MeetingDetails } from './MeetingDetails';
export { MyMeetings } from './MyMeetings';
export { NewMeeting } from './NewMeeting';
export { PrintPage } from './PrintPage';
