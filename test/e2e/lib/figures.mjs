// What browsers tell of the media that came to them, for tests that measure.

/**
 * Sums over what comes in now: of sound and of pictures, of all connections that are open. Of lines and ages the largest.
 * Give what was seen before to tell what came since.
 */
export async function figures({ page }, before) {
  const now = await page.evaluate(gather);
  if (!before) return now;
  for (const kind of ['audio', 'video']) {
    for (const [name, value] of Object.entries(now[kind])) if (!states.has(name)) now[kind][name] = value - (before[kind][name] ?? 0);
  }
  now.seconds = (now.at - before.at) / 1000;
  return now;
}

/** What is no sum. */
const states = new Set(['frameHeight', 'frameWidth']);

/** Runs in the page. */
async function gather() {
  const sums = {
    audio: ['totalSamplesReceived', 'concealedSamples', 'silentConcealedSamples', 'concealmentEvents', 'packetsReceived', 'packetsLost', 'packetsDiscarded', 'nackCount',
      'retransmittedPacketsReceived', 'bytesReceived', 'jitterBufferDelay', 'jitterBufferEmittedCount', 'totalAudioEnergy'],
    video: ['framesDecoded', 'framesDropped', 'keyFramesDecoded', 'freezeCount', 'totalFreezesDuration', 'packetsReceived', 'packetsLost', 'nackCount', 'pliCount',
      'retransmittedPacketsReceived', 'bytesReceived', 'jitterBufferDelay', 'jitterBufferEmittedCount'],
  };
  const found = { at: performance.now(), audio: {}, video: { frameHeight: 0, frameWidth: 0 } };
  for (const connection of window.testConnections) {
    if (connection.connectionState === 'closed') continue;
    for (const one of (await connection.getStats()).values()) {
      if (one.type !== 'inbound-rtp') continue;
      const sum = found[one.kind];
      for (const name of sums[one.kind]) sum[name] = (sum[name] ?? 0) + (one[name] ?? 0);
      if (one.kind === 'video') for (const name of ['frameHeight', 'frameWidth']) sum[name] = Math.max(sum[name], one[name] ?? 0);
    }
  }
  return found;
}

/** The part of the sound that the browser made up, in percent. Silence that was made up for silence does not count. */
export const concealed = ({ audio }) => (100 * (audio.concealedSamples - audio.silentConcealedSamples)) / audio.totalSamplesReceived;
