// The bytes of files over HTTP, with this origin only.

import type { Code, Problem } from '../api/control.gen';

/** Sends the bytes; resolves to why they were not taken. */
export async function upload(token: string, bytes: Blob): Promise<Code | undefined> {
  try {
    const answer = await fetch(address(token), {
      method: 'POST', body: bytes, headers: { 'Content-Type': 'application/octet-stream' }, cache: 'no-store', credentials: 'same-origin', referrerPolicy: 'no-referrer',
    });
    if (answer.ok) return undefined;
    return ((await answer.json()) as Partial<Problem>).code ?? 'internal';
  } catch {
    return 'internal';
  }
}

/** Has the browser keep the file. The server sends it as an attachment, so that nothing of it runs in this page. */
export function download(token: string, name: string): void {
  const link = document.createElement('a');
  link.href = address(token);
  link.download = name;
  link.rel = 'noreferrer';
  link.click();
}

function address(token: string): string {
  return `/api/files/${encodeURIComponent(token)}`;
}
