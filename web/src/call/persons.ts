// What the media room knows of each participant, as plain values. Names are not among it: they come by the control
// connection.

import { Track, type Participant, type Room } from 'livekit-client';

/** Sound or picture that an element can play. The same object as long as it is the same track. */
export interface Playable {
  /** Starts playing in the element; returns the way to stop. */
  readonly attach: (element: HTMLMediaElement) => () => void;
}

export interface MediaPerson {
  readonly identity: string;
  readonly speaking: boolean;
  /** the microphone is off, or there is none */
  readonly muted: boolean;
  readonly voice: Playable | undefined;
  readonly camera: Playable | undefined;
  readonly screen: Playable | undefined;
  readonly screenSound: Playable | undefined;
}

/** Everybody in the media room, oneself included once connected. */
export function mediaPersons(room: Room): readonly MediaPerson[] {
  const all: MediaPerson[] = [...room.remoteParticipants.values()].map((other) => personOf(other, false));
  if (room.localParticipant.identity) all.push(personOf(room.localParticipant, true));
  return all;
}

function personOf(participant: Participant, self: boolean): MediaPerson {
  const microphone = participant.getTrackPublication(Track.Source.Microphone);
  return {
    identity: participant.identity,
    speaking: participant.isSpeaking,
    muted: !microphone || microphone.isMuted,
    // Nobody wants to hear themselves.
    voice: self ? undefined : playable(microphone?.track),
    camera: shown(participant, Track.Source.Camera),
    screen: shown(participant, Track.Source.ScreenShare),
    screenSound: self ? undefined : playable(participant.getTrackPublication(Track.Source.ScreenShareAudio)?.track),
  };
}

function shown(participant: Participant, source: Track.Source): Playable | undefined {
  const publication = participant.getTrackPublication(source);
  return publication && !publication.isMuted ? playable(publication.track) : undefined;
}

const playables = new WeakMap<Track, Playable>();

function playable(track: Track | undefined): Playable | undefined {
  if (!track) return undefined;
  let known = playables.get(track);
  if (!known) {
    known = {
      attach: (element) => {
        track.attach(element);
        return () => {
          track.detach(element);
        };
      },
    };
    playables.set(track, known);
  }
  return known;
}
