export { HelpDialog } from './HelpDialog';
export { LineMark, LineNote } from './LineNote';
export { useLine } from './useLine';
