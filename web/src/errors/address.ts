// The address under which people reach the server, as its operator set it (public_url). The server writes it into the page.

/** Such as https://meet.example.org, without a slash at the end; empty when it is not known. */
export function publicAddress(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="konklave-address"]')?.content ?? '';
}
