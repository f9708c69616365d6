// Whether this browser can take part at all.

import type { FailureCode } from '../errors';

/** The page that a browser without what we need gets to see. */
export function browserFailure(): FailureCode | undefined {
  if (navigator.mediaDevices === undefined && !window.isSecureContext) return 'insecure';
  const able =
    typeof RTCPeerConnection === 'function' &&
    typeof RTCRtpSender === 'function' &&
    'replaceTrack' in RTCRtpSender.prototype &&
    typeof WebSocket === 'function' &&
    navigator.mediaDevices !== undefined;
  return able ? undefined : 'browser_old';
}

/** Safari and Firefox before 116 play wherever the system does. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

/** Phones cannot share their screen from a browser. */
export function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === 'function';
}
