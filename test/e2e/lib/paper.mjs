// A page of text, as people share it: shown as a screen by one, and compared with what comes to another.

export const paper = { width: 1280, height: 720 };

/** Has a page show this text when it is asked for a screen. A caret blinks in it, below what is compared. */
export async function sharePaper({ page }) {
  await page.evaluate(`window.testPaper = ${draw}`);
  await page.evaluate(({ width, height }) => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      window.testPaper(context, width, height);
      let n = 0;
      setInterval(() => {
        context.fillStyle = n++ % 2 ? 'black' : 'white';
        context.fillRect(20, height - 20, 2, 14);
      }, 200);
      return canvas.captureStream(10);
    };
  }, paper);
}

/** The brightness of each pixel of the text as it is (source), and as it comes to a person (got), with the size in which it came. */
export async function comparePaper({ page }, selector) {
  await page.evaluate(`window.testPaper = ${draw}`);
  const { width, height, source, got, picture } = await page.evaluate(({ width, height }, selector) => {
    const video = document.querySelector(selector);
    const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true });
    const brightness = () => {
      const pixels = context.getImageData(0, 0, width, height - 24).data;
      const bytes = new Uint8Array(pixels.length / 4);
      for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2]);
      let text = '';
      for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
      return btoa(text);
    };
    window.testPaper(context, width, height);
    const source = brightness();
    context.drawImage(video, 0, 0, width, height);
    return { width: video.videoWidth, height: video.videoHeight, source, got: brightness(), picture: context.canvas.toDataURL() };
  }, paper, selector);
  return { width, height, source: Buffer.from(source, 'base64'), got: Buffer.from(got, 'base64'), picture: Buffer.from(picture.split(',')[1], 'base64') };
}

/** Runs in pages: headings, lines and a table, small and large, black on white and otherwise. */
function draw(context, width, height) {
  const words = 'Die Sitzung beginnt um 14 Uhr; wer verhindert ist, meldet sich bis Montag. Protokoll: Frau Öztürk. Beschluss 7/2024, § 12 Abs. 3.'.split(' ');
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#123';
  context.font = 'bold 24px sans-serif';
  context.fillText('Tagesordnung und Haushalt', 20, 36);
  let n = 0;
  const line = (x, y, size, most) => {
    context.font = `${size}px sans-serif`;
    let text = '';
    while (context.measureText(`${text} ${words[n % words.length]}`).width < most) text += `${text && ' '}${words[n++ % words.length]}`;
    context.fillText(text, x, y);
  };
  context.fillStyle = 'black';
  for (let y = 60; y < height - 40; y += 18) line(20, y, y % 36 ? 12 : 14, 560);
  for (let row = 0; row < 30; row++) {
    context.fillStyle = row % 2 ? '#eef3fb' : '#ffffff';
    context.fillRect(620, 56 + row * 20, 640, 20);
    context.fillStyle = row === 7 ? '#b00020' : '#222';
    context.font = '12px sans-serif';
    for (let column = 0; column < 6; column++) context.fillText(column ? ((row * 7919 + column * 104729) % 99991 / 100).toFixed(2) : `Posten ${row + 1}`, 626 + column * 106, 70 + row * 20);
    context.strokeStyle = '#99a';
    context.strokeRect(620.5, 56.5 + row * 20, 639, 20);
  }
}
