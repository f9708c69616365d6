import { phrase, type Catalogue } from '../../ampel';
import { language } from '../../i18n';
import { w } from './words';

const isLink = (text: string) => /^https?:\/\//.test(text);

/** A source that may be an address. It opens elsewhere, and that page does not learn from where. */
export function SourceLink({ source, label }: { readonly source: string; readonly label?: string }) {
  if (!isLink(source)) return <>{source}</>;
  return (
    <a href={source} target="_blank" rel="noreferrer noopener">
      {label ?? source}
    </a>
  );
}

/** The sources of a criterion, each with what is unsure about it. */
export function Sources({ catalogue, ids }: { readonly catalogue: Catalogue; readonly ids: readonly string[] }) {
  return (
    <ul className="ampel-sources">
      {ids.map((id) => {
        const source = catalogue.sources.find((known) => known.id === id);
        if (!source) return null;
        const title = source.title[language];
        const links = source.links ?? [];
        return (
          <li key={id}>
            {title}
            {links.length === 0 ? ` (${w('noLink')})` : null}
            {links.map((link, index) => (
              <span key={link}>
                {' '}
                <SourceLink source={link} label={`[${index + 1}: ${new URL(link).hostname}]`} />
              </span>
            ))}
            {source.unsure ? (
              <span className="soft">
                {' '}
                {phrase(catalogue, language, 'word.unsure')}: {source.unsure[language]}
              </span>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
