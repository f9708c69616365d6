export { Foot } from './Foot';
export { SignInLink } from './SignInLink';
