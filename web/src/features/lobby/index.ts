export { KnockBanner } from './KnockBanner';
export { Waiting } from './Waiting';
export { WaitingList } from './WaitingList';
