/** Text in which https addresses can be clicked. Everything else stays text. */
export function LinkedText({ text }: { readonly text: string }) {
  return split(text).map((part, index) =>
    part.address ? (
      <a key={index} href={part.text} target="_blank" rel="noreferrer noopener">
        {part.text}
      </a>
    ) : (
      part.text
    ),
  );
}

interface Part {
  readonly text: string;
  readonly address: boolean;
}

/** The text in pieces, addresses apart. A full stop or bracket behind an address belongs to the sentence. */
export function split(text: string): readonly Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(/\bhttps:\/\/[^\s<>"']+/g)) {
    const ends = match[0].includes('(') ? /[.,;:!?…]+$/ : /[.,;:!?…)\]}]+$/;
    const address = match[0].replace(ends, '');
    if (!isAddress(address)) continue;
    parts.push({ text: text.slice(done, match.index), address: false }, { text: address, address: true });
    done = match.index + address.length;
  }
  return [...parts, { text: text.slice(done), address: false }].filter((part) => part.text !== '');
}

// With a user name in it an address can look like one of another host.
function isAddress(text: string): boolean {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}
