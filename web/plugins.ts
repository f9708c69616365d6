// What the build does beyond Vite: a second form of each file, and hints in the page.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { HtmlTagDescriptor, Plugin, Rolldown } from 'vite';

/** Below that a packet more or less is all that it saves. */
const WORTHWHILE = 1024;

const compress = promisify(brotliCompress);

/** Writes each file as brotli beside it, for the server to choose from; the page itself not, which the server fills in. */
export function brotli(): Plugin {
  return {
    name: 'konklave:brotli',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const names = Object.keys(bundle).filter((name) => /\.(js|css|svg)$/.test(name));
      await Promise.all(names.map(async (name) => {
        const plain = await readFile(join(dir, name));
        if (plain.length < WORTHWHILE) return;
        const small = await compress(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });
        if (small.length < plain.length) await writeFile(join(dir, `${name}.br`), small);
      }));
    },
  };
}

/**
 * Has the page name the files of a module that its script imports at once, so that they load beside the script instead of
 * after it.
 */
export function hints(module: string): Plugin {
  return {
    name: 'konklave:hints',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
        const wanted = chunks.find((chunk) => chunk.moduleIds.some((id) => id.endsWith(module)));
        if (!wanted) throw new Error(`no chunk has ${module}`);
        const needed = new Set<Rolldown.OutputChunk>();
        const take = (chunk: Rolldown.OutputChunk) => {
          if (needed.has(chunk) || html.includes(chunk.fileName)) return;
          needed.add(chunk);
          for (const name of chunk.imports) chunks.filter((other) => other.fileName === name).forEach(take);
        };
        take(wanted);
        return [...needed].flatMap(tagsOf);
      },
    },
  };
}

/** Sheets are fetched, not yet in force: scripts would wait for them. Importing the module puts them in force. */
function tagsOf(chunk: Rolldown.OutputChunk): HtmlTagDescriptor[] {
  const link = (name: string, attrs: HtmlTagDescriptor['attrs']): HtmlTagDescriptor => ({ tag: 'link', attrs: { ...attrs, crossorigin: true, href: `/${name}` }, injectTo: 'head' });
  const sheets = [...(chunk.viteMetadata?.importedCss ?? [])];
  return [link(chunk.fileName, { rel: 'modulepreload' }), ...sheets.map((name) => link(name, { rel: 'preload', as: 'style' }))];
}
