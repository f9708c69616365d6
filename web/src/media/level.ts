// How loud a microphone is.

/** Measurements per second. */
const PER_SECOND = 12;

/**
 * Calls back with the level, 0 (silent) to 1 (loud), on a scale of decibels: -60 dBFS and below is 0, -10 is 1.
 * Returns the way to stop. Without Web Audio it never calls.
 */
export function watchLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  if (typeof AudioContext === 'undefined') return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, 1000 / PER_SECOND);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** The level of samples in -1..1, by their root mean square. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length);
  return Math.max(0, Math.min(1, (decibels + 60) / 50));
}
