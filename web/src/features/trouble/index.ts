export { Announcer } from './Announcer';
export { TroubleBanner } from './TroubleBanner';
