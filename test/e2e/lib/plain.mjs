// A page that sends its camera by a plain RTCPeerConnection and writes LiveKit's signalling by hand: no client library
// decides what its browser may send.
import { ticket } from './livekit.mjs';

/** Lets a person into a room and send pictures in a codec, such as vp9. */
export async function sendPlainly(person, application, server, room, codec) {
  await person.page.goto(application.url);
  await person.page.evaluate(publish, server.url.replace('http', 'ws'), ticket(server, room, person.name), codec);
}

export function endPlainly(person) {
  return person.page.evaluate(() => window.plain.end());
}

/** Runs in the page. */
async function publish(url, token, codec) {
  // Protocol buffers: field number and kind, then a number or length and bytes (protobuf.dev, "Encoding").
  const number = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...number(n >>> 7)]);
  const bytes = (field, content) => [...number((field << 3) | 2), ...number(content.length), ...content];
  const text = (field, value) => bytes(field, [...new TextEncoder().encode(value)]);
  const value = (field, n) => [...number(field << 3), ...number(n)];
  const read = (content) => {
    const fields = new Map();
    let at = 0;
    const next = () => {
      let n = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = content[at++];
        n += (byte & 127) * 2 ** shift;
        if (byte < 128) return n;
      }
    };
    while (at < content.length) {
      const key = next();
      if ((key & 7) === 2) {
        const length = next();
        fields.set(key >> 3, content.subarray(at, (at += length)));
      } else if ((key & 7) === 0) fields.set(key >> 3, next());
      else at += (key & 7) === 1 ? 8 : 4;
    }
    return fields;
  };

  const join = [...bytes(1, [...value(3, 17), ...text(7, 'plain')]), ...bytes(2, value(1, 0))];
  const wrapped = btoa(String.fromCharCode(...bytes(2, join)));
  const socket = new WebSocket(`${url}/rtc/v1?access_token=${token}&join_request=${encodeURIComponent(wrapped)}`);
  socket.binaryType = 'arraybuffer';
  const waiting = new Map();
  const heard = (field) => new Promise((done, fail) => {
    waiting.set(field, done);
    setTimeout(() => fail(new Error(`no message ${field} came`)), 10_000);
  });
  socket.onmessage = ({ data }) => {
    for (const [field, content] of read(new Uint8Array(data))) waiting.get(field)?.(content);
  };
  await heard(1); // join

  const stream = await navigator.mediaDevices.getUserMedia({ video: true });
  const [track] = stream.getVideoTracks();
  const connection = new RTCPeerConnection();
  connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
  const asked = heard(6); // track_published
  socket.send(new Uint8Array(bytes(4, [...text(1, track.id), ...value(3, 1), ...value(8, 1), ...bytes(10, [...text(1, codec), ...text(2, track.id)])])));
  await asked;
  await connection.setLocalDescription();
  const answered = heard(2);
  socket.send(new Uint8Array(bytes(1, [...text(1, 'offer'), ...text(2, connection.localDescription.sdp), ...value(3, 1)])));
  const sdp = new TextDecoder().decode(read(await answered).get(2));
  await connection.setRemoteDescription({ type: 'answer', sdp });
  window.plain = { connection, end: () => (connection.close(), socket.close()) };
}
