// Tiles keep their order: whoever comes sits down at the end, and when somebody goes, the rest close up and nobody
// changes sides. Pure.

/** The new seating, given the old one and who is there (in the order of their coming). */
export function seat(before: readonly string[], present: readonly string[]): readonly string[] {
  const here = new Set(present);
  const seated = new Set(before);
  return [...before.filter((key) => here.has(key)), ...present.filter((key) => !seated.has(key))];
}
