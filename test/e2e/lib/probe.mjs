// What a person sees and hears: read from the picture and the sound of the page, not from its state.

/** Waits until check gives something true, and gives it; else fails with what and the last value seen. */
export async function until(what, check, limit = 20_000) {
  const end = Date.now() + limit;
  let last;
  for (;;) {
    try {
      last = await check();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${limit} ms, last: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** The tiles on the stage: whose, of what, and the average colour of the picture that plays there now. */
export function tiles(page) {
  return page.evaluate(() => [...document.querySelectorAll('[data-testid=tile]')].map((tile) => {
    const { identity, name, source, muted, speaking } = tile.dataset;
    const video = tile.querySelector('video');
    let colour = null;
    if (video && video.videoWidth > 0 && video.readyState >= 2) {
      const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 9 });
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(video, 0, 0, 16, 9);
      const pixels = context.getImageData(2, 1, 12, 5).data;
      colour = [0, 1, 2].map((c) => {
        let sum = 0;
        for (let i = c; i < pixels.length; i += 4) sum += pixels[i];
        return Math.round(sum / (pixels.length / 4));
      });
    }
    return { identity, name, source, muted, speaking, colour, time: video?.currentTime ?? 0, height: video?.videoHeight ?? 0 };
  }));
}

/** Whether two colours are the same to an eye that allows for video coding. */
export function alike(a, b, tolerance = 45) {
  return !!a && a.every((value, i) => Math.abs(value - b[i]) <= tolerance);
}

/** The loudest tone (Hz) of one person's sound, 0 for silence: of the audio elements in the tile of that name and source. */
export function tone(page, name, source = 'camera') {
  return page.evaluate(async (name, source) => {
    const elements = [...document.querySelectorAll('[data-testid=tile]')]
      .filter((tile) => tile.dataset.name === name && tile.dataset.source === source)
      .flatMap((tile) => [...tile.querySelectorAll('audio')]);
    const tracks = elements.filter((e) => !e.paused && !e.muted && e.srcObject).flatMap((e) => e.srcObject.getAudioTracks());
    if (tracks.length === 0) return 0;
    window.testAudio ??= new AudioContext();
    await window.testAudio.resume();
    const analyser = new AnalyserNode(window.testAudio, { fftSize: 8192, smoothingTimeConstant: 0 });
    const sources = tracks.map((track) => window.testAudio.createMediaStreamSource(new MediaStream([track])));
    for (const source of sources) source.connect(analyser);
    await new Promise((done) => setTimeout(done, 400));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    for (const source of sources) source.disconnect();
    let best = 0;
    for (let i = 1; i < bins.length; i++) if (bins[i] > bins[best]) best = i;
    return bins[best] < -70 ? 0 : Math.round((best * window.testAudio.sampleRate) / analyser.fftSize);
  }, name, source);
}

/** All RTP packets this page's connections have sent so far. */
export function packetsSent(page) {
  return page.evaluate(async () => {
    let sum = 0;
    for (const connection of window.testConnections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values()) if (report.type === 'outbound-rtp') sum += report.packetsSent ?? 0;
    }
    return sum;
  });
}

/** Packets received per kind, to see whether anything still arrives. */
export function packetsReceived(page) {
  return page.evaluate(async () => {
    let sum = 0;
    for (const connection of window.testConnections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values()) if (report.type === 'inbound-rtp') sum += report.packetsReceived ?? 0;
    }
    return sum;
  });
}
