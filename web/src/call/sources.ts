// What this person sends: microphone, camera, screen. Switching on is a wish until the server has the track; switching
// off is immediate.

import { LocalAudioTrack, LocalVideoTrack, Track, type LocalTrack, type LocalTrackPublication, type Room } from 'livekit-client';
import type { Outlet } from './gate';
import { microphoneCapture, microphoneSending, screenCapture, screenSending, type Manner } from './manner';
import type { DeviceChoice } from './room';

export type OwnSource = 'microphone' | 'camera' | 'screen';

/** off; starting: asked for, the server does not have it yet; on: the server has it; paused: the gate holds it back. */
export type OwnState = 'off' | 'starting' | 'on' | 'paused';

/** Tracks that the join page opened already: publishing them needs no second permission. */
export interface Prepared {
  readonly microphone?: MediaStreamTrack | undefined;
  readonly camera?: MediaStreamTrack | undefined;
  /** which devices they are, and are to be */
  readonly choice?: DeviceChoice;
}

const trackSource: Readonly<Record<OwnSource, Track.Source>> = {
  microphone: Track.Source.Microphone,
  camera: Track.Source.Camera,
  screen: Track.Source.ScreenShare,
};

export function ownPublication(room: Room, source: OwnSource): LocalTrackPublication | undefined {
  return room.localParticipant.getTrackPublication(trackSource[source]);
}

/** The server has the track and it is not muted. */
export function isSent(room: Room, source: OwnSource): boolean {
  const publication = ownPublication(room, source);
  return publication?.track !== undefined && !publication.isMuted;
}

/** Resolves when the server has the track. Rejects with getUserMedia's or getDisplayMedia's error. */
export async function switchOn(room: Room, source: OwnSource, manner: Manner, prepared?: MediaStreamTrack): Promise<void> {
  const own = room.localParticipant;
  if (source === 'screen') {
    await own.setScreenShareEnabled(true, screenCapture(manner), screenSending(manner));
  } else if (source === 'microphone' && manner.music) {
    prepared?.stop(); // it was opened for speech
    await own.setMicrophoneEnabled(true, microphoneCapture(manner), microphoneSending(manner));
  } else if (prepared?.readyState === 'live' && !ownPublication(room, source)) {
    await own.publishTrack(wrap(source, prepared), { source: trackSource[source] });
  } else if (source === 'microphone') {
    await own.setMicrophoneEnabled(true);
  } else {
    await own.setCameraEnabled(true);
  }
}

export async function switchOff(room: Room, source: OwnSource): Promise<void> {
  const own = room.localParticipant;
  if (source === 'screen') await own.setScreenShareEnabled(false);
  else await ownPublication(room, source)?.mute(); // a muted camera is stopped, so that its light goes out
}

/** Everything that has a sender now, for the gate. */
export function outlets(room: Room): readonly Outlet[] {
  return [...room.localParticipant.trackPublications.values()].flatMap((publication) => outletsOf(publication.track));
}

function outletsOf(track: LocalTrackPublication['track']): readonly Outlet[] {
  if (!track?.sender) return [];
  const live = track.mediaStreamTrack.readyState === 'live' ? track.mediaStreamTrack : undefined;
  return [{ sender: track.sender, track: live, muted: track.isMuted }];
}

// "false": the track is livekit-client's from now on, so that it stops the camera on mute and opens it again.
function wrap(source: OwnSource, prepared: MediaStreamTrack): LocalTrack {
  const constraints = prepared.getConstraints();
  return source === 'microphone'
    ? new LocalAudioTrack(prepared, constraints, false)
    : new LocalVideoTrack(prepared, constraints, false);
}
