import { phrase, type Catalogue, type Past } from '../../ampel';
import { language } from '../../i18n';
import { Note, Table } from '../../ui';
import { ColourMark } from './Mark';
import { SourceLink } from './Sources';
import { w } from './words';

/** The colours of 2020 and 2021: each with date and version, and with a word that they are no state of today. */
export function HistoryView({ catalogue, history }: { readonly catalogue: Catalogue; readonly history: readonly Past[] }) {
  const say = (key: string) => phrase(catalogue, language, key);
  const host = (link: string) => (URL.canParse(link) ? new URL(link).hostname.split('.').slice(-2).join('.') : link);
  return (
    <div className="stack" data-testid="ampel-history">
      <Note look="warn">
        <p>{say('notice.history')}</p>
        <p>{phrase(catalogue, language, 'notice.compiled', { catalogue: catalogue.version, date: catalogue.date })}</p>
      </Note>
      <Table
        label={w('tabHistory')}
        rows={history}
        keyOf={(row) => `${row.version} ${row.service}`}
        columns={[
          { id: 'service', label: say('word.service'), head: true, cell: (row) => row.service },
          { id: 'operator', label: say('word.operator'), cell: (row) => row.operator },
          { id: 'legal', label: say('word.legal'), cell: (row) => <ColourMark catalogue={catalogue} colour={row.legal} /> },
          { id: 'date', label: `${say('word.date')}, ${say('word.version')}`, cell: (row) => <span className="num ampel-day">{`${row.date}, ${row.version}`}</span> },
          { id: 'reasons', label: say('word.reasons'), cell: (row) => <div>{row.reasons.map((reason) => <p key={reason}>{reason}</p>)}</div> },
          {
            id: 'sources',
            label: say('word.sources'),
            cell: (row) => (
              <div>
                {row.sources.map((source) => (
                  <p key={source}>
                    <SourceLink source={source} label={host(source)} />
                  </p>
                ))}
                <p className="small soft">{say(`certainty.${row.certainty}`)}</p>
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}
