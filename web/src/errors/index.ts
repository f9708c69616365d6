export { publicAddress } from './address';
export { Failure, deviceFailure, failureCode, failureCodes, failureText } from './failure';
export type { FailureCode, FailureText } from './failure';
