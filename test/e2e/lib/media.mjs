// Pictures and sounds that tell participants apart: one colour and one tone each.
import { openSync, writeSync, closeSync, writeFileSync } from 'node:fs';

/** The people of the tests: a colour that survives video coding, and a tone (Hz) that survives Opus. */
export const people = {
  anna: { name: 'Anna', colour: [200, 30, 30], tone: 440 },
  bela: { name: 'Béla', colour: [30, 170, 40], tone: 880 },
  cora: { name: 'Cora', colour: [40, 60, 210], tone: 1320 },
  dora: { name: 'Dora', colour: [200, 180, 30], tone: 1760 },
};
/** What is shown and heard when somebody shares a screen. */
export const screen = { colour: [190, 40, 190], tone: 2640 };

/** ITU-R BT.601 limited range, as y4m readers assume. */
function yuv([r, g, b]) {
  return [
    Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b),
    Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b),
    Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b),
  ];
}

/** Writes a y4m file of one colour with a small moving mark, so that every frame differs. */
export function writeVideo(path, colour, { width = 640, height = 360, fps = 15, frames = 30 } = {}) {
  const [y, u, v] = yuv(colour);
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  for (let n = 0; n < frames; n++) {
    const luma = Buffer.alloc(width * height, y);
    const left = Math.round((n * (width - 24)) / frames);
    for (let row = height - 20; row < height - 4; row++) luma.fill(235, row * width + left, row * width + left + 24);
    writeSync(file, 'FRAME\n');
    writeSync(file, luma);
    writeSync(file, Buffer.alloc((width * height) / 4, u));
    writeSync(file, Buffer.alloc((width * height) / 4, v));
  }
  closeSync(file);
}

/** Writes a y4m file that is work for an encoder, as a room with people is: a textured picture that moves, with noise. */
export function writeScene(path, { width = 1280, height = 720, fps = 30, frames = 60 } = {}) {
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const texture = Buffer.alloc(2 * width * height);
  for (let at = 0; at < texture.length; at++) {
    const [x, y] = [at % (2 * width), Math.floor(at / (2 * width))];
    texture[at] = 110 + 50 * Math.sin(x / 37) * Math.cos(y / 29) + 25 * Math.sin((x + y) / 5) + 10 * random();
  }
  const noise = Buffer.alloc(width + 4096);
  for (let at = 0; at < noise.length; at++) noise[at] = 8 * random();
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  for (let n = 0; n < frames; n++) {
    const left = Math.round(width / 8 * (1 - Math.cos((2 * Math.PI * n) / frames))); // there and back, so that it loops
    const luma = Buffer.alloc(width * height);
    for (let row = 0; row < height; row++) {
      texture.copy(luma, row * width, row * 2 * width + left, row * 2 * width + left + width);
      const from = Math.floor(4096 * random());
      for (let x = 0; x < width; x += 2) luma[row * width + x] += noise[from + x];
    }
    writeSync(file, 'FRAME\n');
    writeSync(file, luma);
    writeSync(file, Buffer.alloc((width * height) / 2, 128));
  }
  closeSync(file);
}

/** Writes a wav file with a steady sine, a whole number of periods long so that it loops without a click. */
export function writeTone(path, tone, { seconds = 2 } = {}) {
  writeSound(path, seconds, (at) => 9000 * Math.sin(2 * Math.PI * tone * at));
}

/** Writes a wav file that is work for a voice's codec: syllables of sounding and hissing, words, a breath now and then. */
export function writeSpeech(path, { seconds = 12 } = {}) {
  let seed = 1;
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const syllables = Array.from({ length: seconds * 5 }, (_, n) => ({
    pitch: 110 + 60 * random(), vowel: 300 + 600 * random(), hiss: random() < 0.3, loud: n % 15 === 14 ? 0 : 0.5 + 0.5 * random(), // a breath every three seconds
  }));
  let phase = 0;
  writeSound(path, seconds, (at) => {
    const { pitch, vowel, hiss, loud } = syllables[Math.floor(at * 5)];
    const shape = loud * Math.sin(Math.PI * ((at * 5) % 1)) ** 0.7;
    if (hiss) return 2500 * shape * (2 * random() - 1);
    phase += pitch / rate;
    let sum = 0;
    for (let k = 1; k <= 20; k++) sum += Math.sin(2 * Math.PI * k * phase) / (1 + ((k * pitch - vowel) / 250) ** 2);
    return 5000 * shape * sum;
  });
}

const rate = 48_000; // samples a second

/** Writes a wav file of what value gives for each moment, in seconds. */
function writeSound(path, seconds, value) {
  const data = Buffer.alloc(rate * seconds * 2);
  for (let n = 0; n < rate * seconds; n++) data.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(value(n / rate)))), n * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // mono
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  writeFileSync(path, Buffer.concat([head, data]));
}
