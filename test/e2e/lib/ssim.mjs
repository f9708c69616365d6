// How alike two pictures are to an eye: the structural similarity (Wang, Bovik, Sheikh, Simoncelli: Image Quality Assessment,
// 2004) of their brightness, in windows of eight by eight, each second of which overlaps.

const side = 8;
const step = 4;
const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];

/** 1 for equal pictures, less for others; a and b are a byte for each pixel. Windows of one brightness, in both, do not count. */
export function ssim(a, b, width, height) {
  let [sum, count] = [0, 0];
  for (let y = 0; y + side <= height; y += step) {
    for (let x = 0; x + side <= width; x += step) {
      const one = similarity(a, b, y * width + x, width);
      if (one === undefined) continue;
      sum += one;
      count++;
    }
  }
  return sum / count;
}

function similarity(a, b, from, width) {
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let at = from + row * width, end = at + side; at < end; at++) {
      sa += a[at];
      sb += b[at];
      saa += a[at] * a[at];
      sbb += b[at] * b[at];
      sab += a[at] * b[at];
    }
  }
  const n = side * side;
  const [ma, mb] = [sa / n, sb / n];
  const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
  if (va < 1 && vb < 1) return undefined;
  return ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
}
