// What the media room knows of each participant, as plain values. Names are not among it: they come by the control
// connection.

import { ConnectionQuality, RemoteTrack, Track, type Participant, type Room } from 'livekit-client';
import type { Grade } from './faults';
import type { Sending } from './thrift';

/** Sound or picture that an element can play. The same object as long as it is the same track. */
export interface Playable {
  /** Starts playing in the element; returns the way to stop. */
  readonly attach: (element: HTMLMediaElement) => () => void;
}

export interface MediaPerson {
  readonly identity: string;
  /** oneself, by this device */
  readonly self: boolean;
  readonly speaking: boolean;
  /** the microphone is off, or there is none */
  readonly muted: boolean;
  readonly voice: Playable | undefined;
  readonly camera: Playable | undefined;
  readonly screen: Playable | undefined;
  readonly screenSound: Playable | undefined;
  /** Which of the pictures the server has paused: what is seen of them is the last that came. */
  readonly pausedPictures: ReadonlySet<'camera' | 'screen'>;
  /** The server has paused the sound of the screen: the line does not carry it beside voices. */
  readonly pausedSound: boolean;
  /** how the server grades the line */
  readonly grade: Grade;
}

/** Everybody in the media room, oneself included once connected. */
export function mediaPersons(room: Room): readonly MediaPerson[] {
  const all: MediaPerson[] = [...room.remoteParticipants.values()].map((other) => personOf(other, false));
  if (room.localParticipant.identity) all.push(personOf(room.localParticipant, true));
  return all;
}

/** What receives the sound of others. */
export function hearing(room: Room): readonly RTCRtpReceiver[] {
  const sources = [Track.Source.Microphone, Track.Source.ScreenShareAudio];
  const tracks = [...room.remoteParticipants.values()].flatMap((other) => sources.map((source) => other.getTrackPublication(source)?.track));
  return tracks.flatMap((track) => (track instanceof RemoteTrack && track.receiver ? [track.receiver] : []));
}

/** What sends one's own sound and picture; undefined what is not there. */
export function sending({ localParticipant }: Room): Sending {
  const sender = (source: Track.Source) => localParticipant.getTrackPublication(source)?.track?.sender;
  return { microphone: sender(Track.Source.Microphone), camera: sender(Track.Source.Camera) };
}

function personOf(participant: Participant, self: boolean): MediaPerson {
  const microphone = participant.getTrackPublication(Track.Source.Microphone);
  return {
    identity: participant.identity,
    self,
    speaking: participant.isSpeaking,
    muted: !microphone || microphone.isMuted,
    // Nobody wants to hear themselves.
    voice: self ? undefined : playable(microphone?.track),
    camera: shown(participant, Track.Source.Camera),
    screen: shown(participant, Track.Source.ScreenShare),
    screenSound: self ? undefined : playable(participant.getTrackPublication(Track.Source.ScreenShareAudio)?.track),
    pausedPictures: self ? noPictures : pausedOf(participant),
    pausedSound: !self && isPaused(participant, Track.Source.ScreenShareAudio),
    grade: gradeOf(participant.connectionQuality),
  };
}

const noPictures: ReadonlySet<'camera' | 'screen'> = new Set();

function pausedOf(participant: Participant): ReadonlySet<'camera' | 'screen'> {
  const [camera, screen] = [isPaused(participant, Track.Source.Camera), isPaused(participant, Track.Source.ScreenShare)];
  return camera || screen ? new Set([...(camera ? (['camera'] as const) : []), ...(screen ? (['screen'] as const) : [])]) : noPictures;
}

function isPaused(participant: Participant, source: Track.Source): boolean {
  const publication = participant.getTrackPublication(source);
  return publication?.isMuted === false && publication.track?.streamState === Track.StreamState.Paused;
}

export function gradeOf(quality: ConnectionQuality | undefined): Grade {
  switch (quality) {
    case ConnectionQuality.Excellent:
      return 'best';
    case ConnectionQuality.Good:
      return 'fine';
    case ConnectionQuality.Poor:
    case ConnectionQuality.Lost:
      return 'bad';
    default:
      return 'unknown';
  }
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
