export { Enter } from './Enter';
export { Enrol } from './Enrol';
export { RecoveryCodes } from './RecoveryCodes';
export { SignIn } from './SignIn';
