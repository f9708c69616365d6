export { Announcer } from './Announcer';
export { ConductBanner } from './ConductBanner';
export { TroubleBanner } from './TroubleBanner';
