// Tiles keep their place: whoever comes sits down at the end, and when somebody goes, only the last one moves, into
// the gap. Pure.

/** The new seating, given the old one and who is there (in the order of their coming). */
export function seat(before: readonly string[], present: readonly string[]): readonly string[] {
  const here = new Set(present);
  const seats: (string | undefined)[] = before.map((key) => (here.has(key) ? key : undefined));
  const seated = new Set(before);
  for (const key of present) if (!seated.has(key)) seats.push(key);
  const filled: string[] = [];
  let last = seats.length - 1;
  for (let index = 0; index <= last; index++) {
    while (last > index && seats[last] === undefined) last--;
    const own = seats[index] ?? seats[last];
    if (seats[index] === undefined) last--;
    if (own !== undefined) filled.push(own);
  }
  return filled;
}
