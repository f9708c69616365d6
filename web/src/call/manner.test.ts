import { Track, type Room } from 'livekit-client';
import { expect, test } from 'vitest';
import { changeManner, usualManner } from './manner';
import { switchOn } from './sources';

/** A Room that notes what is asked of it. */
function noting(publications: Record<string, unknown> = {}) {
  const asked: [string, ...unknown[]][] = [];
  const note = (name: string) => (...values: unknown[]) => Promise.resolve(void asked.push([name, ...values]));
  const localParticipant = {
    getTrackPublication: (source: string) => publications[source],
    setScreenShareEnabled: note('screen'),
    setMicrophoneEnabled: note('microphone'),
    unpublishTrack: note('unpublish'),
  };
  return { asked, room: { localParticipant } as unknown as Room };
}

test('text is captured and sent to be read, motion to be watched, and the sound of either is not filtered', async () => {
  const { asked, room } = noting();
  await switchOn(room, 'screen', usualManner);
  await switchOn(room, 'screen', { ...usualManner, screen: 'motion' });
  expect(asked).toMatchObject([
    ['screen', true, { contentHint: 'detail', audio: { echoCancellation: false, channelCount: 2 } },
      { degradationPreference: 'maintain-resolution', screenShareEncoding: { maxFramerate: 8 }, audioPreset: { maxBitrate: 64_000 }, dtx: true, forceStereo: true }],
    ['screen', true, { contentHint: 'motion' },
      { degradationPreference: 'maintain-framerate', screenShareEncoding: { maxFramerate: 30 }, audioPreset: { maxBitrate: 128_000 }, dtx: false, forceStereo: true }],
  ]);
});

test('a screen that is shared already changes its manner without being picked again', async () => {
  const parameters = { encodings: [{ maxBitrate: 1 }, { maxBitrate: 1 }] };
  const set: unknown[] = [];
  const sender = { getParameters: () => structuredClone(parameters), setParameters: async (now: unknown) => void set.push(now) };
  const mediaStreamTrack = { contentHint: 'detail', getSettings: () => ({ width: 1920, height: 1080 }) };
  const heard: unknown[] = [];
  const sound = { getParameters: () => ({ encodings: [{ maxBitrate: 64_000 }] }), setParameters: async (now: unknown) => void heard.push(now) };
  const { asked, room } = noting({
    [Track.Source.ScreenShare]: { videoTrack: { sender, mediaStreamTrack } },
    [Track.Source.ScreenShareAudio]: { track: { sender: sound } },
  });
  await changeManner(room, usualManner, { ...usualManner, screen: 'motion' });
  expect(asked).toEqual([]);
  expect(mediaStreamTrack.contentHint).toBe('motion');
  expect(set).toEqual([{
    degradationPreference: 'maintain-framerate',
    encodings: [{ maxBitrate: 250_000, maxFramerate: 15, scaleResolutionDownBy: 3 }, { maxBitrate: 4_000_000, maxFramerate: 30 }],
  }]);
  await changeManner(room, { ...usualManner, screen: 'motion' }, usualManner);
  expect(heard).toEqual([128_000, 64_000].map((maxBitrate) => ({ encodings: [{ maxBitrate }] })));
  expect(set[1]).toMatchObject({ encodings: [{ maxBitrate: 110_000, maxFramerate: 3, scaleResolutionDownBy: 1 }, { maxBitrate: 2_500_000, maxFramerate: 8 }] });
});

test('for music the microphone is opened anew, in stereo and without filters; a muted one stays off', async () => {
  const music = { ...usualManner, music: true };
  const track = {};
  const on = noting({ [Track.Source.Microphone]: { track, isMuted: false } });
  await changeManner(on.room, usualManner, music);
  expect(on.asked).toMatchObject([
    ['unpublish', track, true],
    ['microphone', true, { noiseSuppression: false, autoGainControl: false, channelCount: 2 }, { forceStereo: true, dtx: false }],
  ]);
  await changeManner(on.room, music, usualManner);
  expect(on.asked[3]).toEqual(['microphone', true, undefined, undefined]);

  const muted = noting({ [Track.Source.Microphone]: { track, isMuted: true } });
  await changeManner(muted.room, usualManner, music);
  expect(muted.asked).toEqual([['unpublish', track, true]]);
});
