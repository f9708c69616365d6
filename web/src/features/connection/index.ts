export { HelpDialog } from './HelpDialog';
export { HelpNote } from './HelpNote';
export { LineMark, LineNote } from './LineNote';
export { useLine } from './useLine';
