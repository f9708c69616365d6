// The quiet sound of an arrival: two soft notes, made here, no file.

let context: AudioContext | undefined;

/** Not again within this time (milliseconds), however many come. */
const PAUSE = 4000;
let last = Number.NEGATIVE_INFINITY;

export function chime(now = performance.now()): void {
  if (now - last < PAUSE || typeof AudioContext === 'undefined') return;
  last = now;
  context ??= new AudioContext();
  void context.resume().catch(() => undefined);
  note(context, 523, 0);
  note(context, 659, 0.14);
}

function note(audio: AudioContext, frequency: number, after: number): void {
  const start = audio.currentTime + after;
  const oscillator = new OscillatorNode(audio, { frequency });
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.06, start + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + 0.55);
}
