// Files that are given and got: the control connection asks, the bytes go by HTTP.

import type { ClientMessage, Code, ServerMessage } from '../api/control.gen';
import { encodeText } from './chat';
import { Cell, type Value } from '../value';

/** A file that is being sent. When it has come, it stands among the files of the roster, and here no more. */
export interface Transfer {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** why it was not taken; undefined: on its way */
  readonly failed?: Code;
}

export interface FilesOptions {
  readonly send: (message: ClientMessage) => boolean;
  readonly newId: () => string;
  /** Sends the bytes; resolves to why they were not taken. */
  readonly upload: (token: string, bytes: Blob) => Promise<Code | undefined>;
  /** Has the browser keep the bytes under this name. */
  readonly download: (token: string, name: string) => void;
}

export class Files {
  readonly #options: FilesOptions;
  readonly #transfers = new Cell<readonly Transfer[]>([]);
  readonly #bytes = new Map<string, Blob>();
  /** what was asked for, by sender and id */
  readonly #wanted = new Map<string, string>();

  constructor(options: FilesOptions) {
    this.#options = options;
  }

  get transfers(): Value<readonly Transfer[]> { return this.#transfers; }

  /** Gives a file to everybody, or to one person. The name is cut: the server takes 1 KiB. */
  give(file: { readonly name: string; readonly size: number } & Blob, to?: string): void {
    const id = this.#options.newId();
    const name = shortened(file.name);
    this.#bytes.set(id, file);
    this.#transfers.set([...this.#transfers.get(), { id, name, size: file.size }]);
    const sent = this.#options.send({ type: 'send_file', id, keyId: 0, name: encodeText(name), size: file.size, ...(to === undefined ? {} : { to }) });
    if (!sent) this.#fail(id, 'internal');
  }

  get(from: string, id: string, name: string): void {
    this.#wanted.set(`${from} ${id}`, name);
    this.#options.send({ type: 'get_file', id, from });
  }

  /** Forgets a transfer that failed. */
  dismiss(id: string): void {
    this.#bytes.delete(id);
    this.#transfers.set(this.#transfers.get().filter((transfer) => transfer.id !== id));
  }

  hear(message: ServerMessage): void {
    switch (message.type) {
      case 'upload':
        void this.#upload(message.id, message.token);
        break;
      case 'file':
        this.dismiss(message.id);
        break;
      case 'download': {
        const key = `${message.from} ${message.id}`;
        const name = this.#wanted.get(key);
        this.#wanted.delete(key);
        if (name !== undefined) this.#options.download(message.token, name);
        break;
      }
      case 'error':
        if (message.ref !== undefined) this.#fail(message.ref, message.code);
        break;
      case 'lobby':
        this.#bytes.clear();
        this.#wanted.clear();
        this.#transfers.set([]);
        break;
    }
  }

  async #upload(id: string, token: string): Promise<void> {
    const bytes = this.#bytes.get(id);
    if (!bytes) return;
    const failed = await this.#options.upload(token, bytes);
    if (failed) this.#fail(id, failed);
  }

  #fail(id: string, code: Code): void {
    this.#bytes.delete(id);
    this.#transfers.set(this.#transfers.get().map((transfer) => (transfer.id === id ? { ...transfer, failed: code } : transfer)));
  }
}

/** At most 255 UTF-16 units, the ending kept. */
function shortened(name: string): string {
  const most = 255;
  if (name.length <= most) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 12 ? name.slice(dot) : '';
  return name.slice(0, most - ending.length) + ending;
}
