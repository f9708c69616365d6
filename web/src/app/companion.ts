/** The secret by which a further device of somebody joins, in what stands behind the # of a link: companion=... */
export function companionIn(fragment: string): string | undefined {
  return new URLSearchParams(fragment).get('companion') || undefined;
}
