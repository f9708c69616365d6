// Scripts that run in the page before its own: they are strings of functions, so they may use nothing from here.

/** Remembers every RTCPeerConnection and every request to a foreign origin, for the tests to ask about. */
export function watch() {
  const Native = window.RTCPeerConnection;
  const connections = [];
  window.RTCPeerConnection = new Proxy(Native, {
    construct(target, args) {
      const connection = new target(...args);
      connections.push(connection);
      return connection;
    },
  });
  Object.defineProperty(window, 'testConnections', { value: connections });
}

/** Gives getUserMedia a canvas of one colour and an oscillator (Firefox has no fake devices that read files). */
export function devices(colour, tone, { width = 640, height = 360 }) {
  const paint = (width, height, [r, g, b]) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    let n = 0;
    const draw = () => {
      context.fillStyle = `rgb(${r},${g},${b})`;
      context.fillRect(0, 0, width, height);
      context.fillStyle = 'white';
      context.fillRect((n++ * 7) % (width - 24), height - 20, 24, 16);
    };
    draw();
    setInterval(draw, 66);
    return canvas.captureStream(15);
  };
  const sing = (hertz) => {
    const context = new AudioContext();
    const oscillator = new OscillatorNode(context, { frequency: hertz });
    const gain = new GainNode(context, { gain: 0.3 });
    const out = context.createMediaStreamDestination();
    oscillator.connect(gain).connect(out);
    oscillator.start();
    return out.stream;
  };
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const tracks = [];
    if (constraints.video) tracks.push(...paint(width, height, colour).getVideoTracks());
    if (constraints.audio) tracks.push(...sing(tone).getAudioTracks());
    // A camera takes the size that it is asked for; Firefox's canvas refuses one, and a client that starts its camera
    // again, as LiveKit's does after a full reconnect, would have none.
    for (const track of tracks) track.applyConstraints = async () => {};
    return new MediaStream(tracks);
  };
  navigator.mediaDevices.enumerateDevices = async () =>
    ['videoinput', 'audioinput'].map((kind) => ({
      kind, deviceId: `test-${kind}`, groupId: 'test', label: `Test ${kind}`, toJSON() { return { ...this }; },
    }));
}

/** Gives getDisplayMedia a canvas and an oscillator: no headless browser has a picker to click. */
export function display(colour, tone) {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
    const context = canvas.getContext('2d');
    let n = 0;
    const draw = () => {
      context.fillStyle = `rgb(${colour.join(',')})`;
      context.fillRect(0, 0, 1280, 720);
      context.fillStyle = 'white';
      context.fillRect((n++ * 9) % 1200, 690, 24, 16);
    };
    draw();
    setInterval(draw, 100);
    const audio = new AudioContext();
    const oscillator = new OscillatorNode(audio, { frequency: tone });
    const gain = new GainNode(audio, { gain: 0.3 });
    const out = audio.createMediaStreamDestination();
    oscillator.connect(gain).connect(out);
    oscillator.start();
    return new MediaStream([...canvas.captureStream(10).getVideoTracks(), ...out.stream.getAudioTracks()]);
  };
}

/**
 * Takes the time of the pictures of others, in ms: from the click on join to the first (first), and the longest between one
 * and the next since it was last set to 0 (gap).
 */
export function stopwatch() {
  const times = { joined: 0, first: 0, last: 0, gap: 0 };
  window.testTimes = times;
  let own = '';
  const seen = new WeakSet();
  const shown = (video) => {
    const tile = video.closest('[data-testid=tile]');
    const now = performance.now();
    if (tile && tile.dataset.name !== own) {
      times.first ||= now - times.joined;
      if (times.last) times.gap = Math.max(times.gap, now - times.last);
      times.last = now;
    }
    video.requestVideoFrameCallback(() => shown(video));
  };
  document.addEventListener('click', ({ target }) => {
    if (!target.closest('[data-testid=join-submit]')) return;
    times.joined = performance.now();
    own = document.querySelector('[data-testid=join-name]').value;
  }, true);
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video')) {
      if (!seen.has(video)) video.requestVideoFrameCallback(() => shown(video));
      seen.add(video);
    }
  }).observe(document, { childList: true, subtree: true });
}
