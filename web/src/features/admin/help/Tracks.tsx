import { Table, type Column } from '../../../ui';
import { lossText, rateText } from './figures';
import type { Sample } from './history';
import { w } from './words';
import { words } from './words.de';

type Subscribed = Sample['subscribed'][number];

interface SentLayer {
  readonly id: string;
  readonly source: string;
  readonly layer: string;
  readonly rate: string;
  readonly loss: string;
}

/** Each track, both ways, at this moment. */
export function Tracks({ sample: { subscribed, published } }: { readonly sample: Sample }) {
  const rows = subscribed.map((track, index) => ({ ...track, id: String(index) }));
  const layers = published.flatMap(layersOf);
  return (
    <>
      <section className="stack">
        <h3>{w('subscribed')}</h3>
        {rows.length > 0 ? <Table label={w('subscribed')} columns={down} rows={rows} keyOf={({ id }) => id} testId="help-subscribed" /> : <p className="soft">{w('nothingSubscribed')}</p>}
      </section>
      <section className="stack">
        <h3>{w('published')}</h3>
        {layers.length > 0 ? <Table label={w('published')} columns={layers.some(({ loss }) => loss !== '') ? [...up, lossOf] : up} rows={layers} keyOf={({ id }) => id} testId="help-published" /> : <p className="soft">{w('nothingSubscribed')}</p>}
      </section>
    </>
  );
}

function sourceText(source: string): string {
  const key = `source.${source}`;
  return w(key in words ? (key as keyof typeof words) : 'source.unknown');
}

/** "1 von 2": layers are counted from 1 for people. */
function layerText({ kind, layer, wanted, paused, muted }: Subscribed): string {
  if (muted) return w('muted');
  if (paused) return w('layerPaused');
  if (kind !== 'video') return '';
  return layer == null || layer < 0 ? w('layerNone') : w('layerOf', { layer: layer + 1, wanted: wanted + 1 });
}

function layersOf({ source, muted, layers }: Sample['published'][number], track: number): readonly SentLayer[] {
  const common = { source: sourceText(source), rate: '', loss: '' };
  if (muted || layers.length === 0) return [{ ...common, id: String(track), layer: muted ? w('muted') : w('layerNone') }];
  return layers.map(({ layer, bits, loss, backup }) => ({
    ...common,
    id: `${track} ${layer} ${backup ? 'backup' : ''}`,
    layer: layers.length > 1 ? w(backup ? 'layerBackup' : 'layerNumber', { n: layer + 1 }) : '',
    rate: rateText(bits),
    loss: loss === undefined ? '' : lossText(loss),
  }));
}

/** An empty cell is none at all, on phones too. */
const numberOf = (text: string) => (text === '' ? null : <span className="num">{text}</span>);

const down: readonly Column<Subscribed & { readonly id: string }>[] = [
  { id: 'source', label: w('source'), head: true, cell: ({ source }) => sourceText(source) },
  { id: 'layer', label: w('layer'), cell: layerText },
  { id: 'rate', label: w('rate'), cell: ({ bits }) => <span className="num">{rateText(bits)}</span> },
  { id: 'frames', label: w('frames'), cell: ({ fps }) => numberOf(fps === undefined ? '' : String(Math.round(fps))) },
];

const up: readonly Column<SentLayer>[] = [
  { id: 'source', label: w('source'), head: true, cell: ({ source }) => source },
  { id: 'layer', label: w('layer'), cell: ({ layer }) => layer },
  { id: 'rate', label: w('rate'), cell: ({ rate }) => numberOf(rate) },
];

const lossOf: Column<SentLayer> = { id: 'loss', label: w('layerLoss'), cell: ({ loss }) => numberOf(loss) };
