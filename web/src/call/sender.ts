// Shutting and opening one RTCRtpSender without negotiation.
//
// Two things are needed. The track is replaced by null, so that no new picture or sound is encoded. And the encodings
// are made inactive: Chromium fills the connection for about four more seconds with retransmissions of old pictures
// otherwise, which is exactly what must not happen.
// https://www.w3.org/TR/webrtc/#dom-rtcrtpsender-replacetrack
// https://www.w3.org/TR/webrtc/#dom-rtcrtpencodingparameters-active

/** Which encodings were active before they were shut, per sender. */
const shutEncodings = new WeakMap<RTCRtpSender, readonly boolean[]>();

/** Stops the sender; says whether it is certain that it has stopped. */
export async function shutSender(sender: RTCRtpSender): Promise<boolean> {
  const [stopped] = await Promise.all([replace(sender, null), deactivate(sender)]);
  return stopped;
}

/** Lets it send this track, in the encodings that were active before. Says whether it has the track. */
export async function openSender(sender: RTCRtpSender, track: MediaStreamTrack): Promise<boolean> {
  const [replaced] = await Promise.all([replace(sender, track), reactivate(sender)]);
  return replaced;
}

async function replace(sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<boolean> {
  if (sender.track === track) return true;
  if (sender.transport?.state === 'closed') return track === null; // a closed sender sends nothing
  try {
    await sender.replaceTrack(track);
    return true;
  } catch (error) {
    return track === null && error instanceof DOMException && error.name === 'InvalidStateError';
  }
}

// Dynacast switches encodings too: when it did so while they were shut, its choice is what counts.
async function deactivate(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  const active = parameters.encodings.map((encoding) => encoding.active === true);
  if (!active.some(Boolean)) return;
  shutEncodings.set(sender, active);
  for (const encoding of parameters.encodings) encoding.active = false;
  await sender.setParameters(parameters).catch(() => undefined); // the track is gone all the same
}

async function reactivate(sender: RTCRtpSender): Promise<void> {
  const before = shutEncodings.get(sender);
  if (!before) return;
  shutEncodings.delete(sender);
  const parameters = sender.getParameters();
  if (parameters.encodings.some((encoding) => encoding.active)) return;
  parameters.encodings.forEach((encoding, index) => {
    encoding.active = before[index] ?? true;
  });
  await sender.setParameters(parameters).catch(() => undefined);
}
