export { AttachButton } from './AttachButton';
export { FileCard } from './FileCard';
export { Transfers } from './Transfers';
