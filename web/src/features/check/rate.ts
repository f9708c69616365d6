// Arithmetic of the measurements.

/** How many bytes had come until a time (milliseconds). */
export interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/**
 * Kilobits a second. A transfer begins slowly, so what came of the first third counts only when the rest is too little
 * to judge by.
 */
export function rateOf(samples: readonly Sample[]): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.bytes === first.bytes) return 0;
  const warm = samples.find(({ bytes }) => bytes - first.bytes >= (last.bytes - first.bytes) / 3) ?? first;
  const from = last.bytes - warm.bytes >= 4 * 16_384 ? warm : first;
  return Math.round(((last.bytes - from.bytes) * 8) / Math.max(last.at - from.at, 1));
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
