// How a meeting's link looks, and how to find it in whatever a person pastes.

const linkId = /^[A-Za-z0-9_-]{22}$/;

export function meetingPath(link: string): string {
  return `/m/${link}`;
}

/** The address to pass on. */
export function meetingUrl(link: string): string {
  return `${window.location.origin}${meetingPath(link)}`;
}

/** The link id in a pasted address or code; undefined when there is none. Never follows the address's host. */
export function linkFrom(pasted: string): string | undefined {
  const text = pasted.trim();
  if (linkId.test(text)) return text;
  const inPath = /\/m\/([A-Za-z0-9_-]{22})(?:[/?#]|$)/.exec(text);
  return inPath?.[1];
}
