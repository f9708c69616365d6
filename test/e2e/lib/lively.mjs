// Scripts that run in the page before its own, as those of inject.mjs: they may use nothing from here.

/**
 * Gives getUserMedia what is work for encoders, as writeScene and writeSpeech do for Chromium: a textured picture that moves, and
 * syllables. With marks the sound is a murmur instead, and once a second the picture flashes and a tone begins at the same moment,
 * so that somebody can tell how far apart they come: see seeMarks. A smaller picture leaves cores that are few time for the rest.
 */
export function lively(marks, [width, height, fps] = [1280, 720, 30]) {
  let camera, sound, voice; // made once: who is asked for again goes on
  const beep = () => {
    const tone = new OscillatorNode(sound, { frequency: 1000 });
    const gain = new GainNode(sound, { gain: 0.5 });
    tone.connect(gain).connect(voice);
    tone.start();
    tone.stop(sound.currentTime + 0.1);
  };
  const texture = () => {
    const still = Object.assign(document.createElement('canvas'), { width: width * 1.25, height });
    const g = still.getContext('2d');
    const image = g.createImageData(still.width, height);
    for (let at = 0; at < still.width * height; at++) {
      const [x, y] = [at % still.width, Math.floor(at / still.width)];
      image.data.fill(110 + 50 * Math.sin(x / 37) * Math.cos(y / 29) + 25 * Math.sin((x + y) / 5) + 10 * Math.random(), 4 * at, 4 * at + 3);
      image.data[4 * at + 3] = 255;
    }
    g.putImageData(image, 0, 0);
    return still;
  };
  const paint = () => {
    const still = texture();
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const g = canvas.getContext('2d', { alpha: false });
    let n = 0;
    const draw = () => {
      g.drawImage(still, -(width / 8) * (1 - Math.cos((2 * Math.PI * n) / (2 * fps))), 0);
      if (marks && n % fps < 4) {
        g.fillStyle = 'white';
        g.fillRect(0, 0, width, height / 3);
        if (n % fps === 0 && voice) beep();
      }
      n++;
    };
    draw();
    setInterval(draw, 1000 / fps);
    return canvas.captureStream().getVideoTracks()[0];
  };
  const speak = () => {
    const seconds = 12;
    sound = new AudioContext({ sampleRate: 48_000 });
    const buffer = new AudioBuffer({ length: seconds * 48_000, sampleRate: 48_000 });
    const samples = buffer.getChannelData(0);
    let [phase, pitch, vowel, hiss, loud] = [0, 0, 0, false, 0];
    for (let n = 0; n < samples.length; n++) {
      if (marks) {
        samples[n] = 0.01 * (2 * Math.random() - 1);
        continue;
      }
      if (n % 9600 === 0) [pitch, vowel, hiss, loud] = [110 + 60 * Math.random(), 300 + 600 * Math.random(), Math.random() < 0.3, (n / 9600) % 15 === 14 ? 0 : 0.5 + 0.5 * Math.random()];
      const shape = loud * Math.sin((Math.PI * (n % 9600)) / 9600) ** 0.7;
      phase += pitch / 48_000;
      for (let k = 1; k <= 20 && !hiss; k++) samples[n] += (0.15 * shape * Math.sin(2 * Math.PI * k * phase)) / (1 + ((k * pitch - vowel) / 250) ** 2);
      if (hiss) samples[n] = 0.08 * shape * (2 * Math.random() - 1);
    }
    const source = new AudioBufferSourceNode(sound, { buffer, loop: true });
    voice = new GainNode(sound);
    source.connect(voice);
    source.start();
  };
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const tracks = [];
    if (constraints.video) {
      camera ??= paint();
      tracks.push(camera.clone());
    }
    if (constraints.audio) {
      if (!voice) speak();
      await sound.resume();
      const out = sound.createMediaStreamDestination();
      voice.connect(out);
      tracks.push(...out.stream.getAudioTracks());
    }
    for (const track of tracks) track.applyConstraints = async () => {}; // see devices
    return new MediaStream(tracks);
  };
  navigator.mediaDevices.enumerateDevices = async () =>
    ['videoinput', 'audioinput'].map((kind) => ({
      kind, deviceId: `test-${kind}`, groupId: 'test', label: `Test ${kind}`, toJSON() { return { ...this }; },
    }));
}

/**
 * Takes the time (performance.now) at which flashes are to be shown, and at which tones leave for the loudspeaker: lists that grow,
 * of somebody's tile. Gives whether there are picture and sound to look at; call it again when there are others.
 */
export async function seeMarks(name) {
  const tile = [...document.querySelectorAll('[data-testid=tile]')].find((one) => one.dataset.name === name);
  const video = tile?.querySelector('video');
  const track = tile?.querySelector('audio')?.srcObject?.getAudioTracks()[0];
  if (!video || !track) return false;
  const marks = (window.testMarks ??= { flashes: [], tones: [], known: new WeakSet() });
  const anew = (what) => !marks.known.has(what) && marks.known.add(what);
  const small = Object.assign(document.createElement('canvas'), { width: 8, height: 2 });
  const g = small.getContext('2d', { willReadFrequently: true });
  let bright = false;
  const shown = (_, frame) => {
    const [w, h] = [video.videoWidth, video.videoHeight];
    g.drawImage(video, w / 4, h / 16, w / 2, h / 6, 0, 0, 8, 2);
    const pixels = g.getImageData(0, 0, 8, 2).data;
    let sum = 0;
    for (let at = 0; at < pixels.length; at += 4) sum += pixels[at];
    const now = sum / (pixels.length / 4) > 190;
    if (now && !bright) marks.flashes.push(frame.expectedDisplayTime);
    bright = now;
    video.requestVideoFrameCallback(shown);
  };
  if (anew(video)) video.requestVideoFrameCallback(shown);

  const context = (window.testAudio ??= new AudioContext());
  await context.resume();
  if (!anew(track)) return true;
  const analyser = new AnalyserNode(context, { fftSize: 16_384 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let last = 0; // s, of the context: the newest tone
  setInterval(() => {
    const end = context.currentTime;
    analyser.getFloatTimeDomainData(samples);
    const { contextTime, performanceTime } = context.getOutputTimestamp();
    for (let n = 0; n < samples.length; n++) {
      const at = end - (samples.length - n) / context.sampleRate;
      if (Math.abs(samples[n]) < 0.15 || at < last + 0.5) continue;
      last = at;
      marks.tones.push(performanceTime + 1000 * (at - contextTime));
    }
  }, 100);
  return true;
}
