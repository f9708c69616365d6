import { Refused, type Detail } from '../../api';
import { RefusalNote } from '../refusal';
import { settingWord } from './limits';
import { isWord, w } from './words';

/** Why settings or dates of a meeting were refused, one by one. */
export function RefusalReasons({ problem }: { readonly problem: unknown }) {
  const details = problem instanceof Refused ? problem.details : [];
  return (
    <RefusalNote problem={problem}>
      {details.length > 0 ? (
        <ul className="reasons" data-testid="reasons">
          {details.map((detail) => (
            <li key={detail.setting + detail.code}>{reasonOf(detail)}</li>
          ))}
        </ul>
      ) : null}
    </RefusalNote>
  );
}

/** A reason that the page does not know is shown as the server says it, in English. */
export function reasonOf({ setting, code, message }: Detail): string {
  const key = `why.${code}`;
  const why = isWord(key) ? w(key) : message;
  return setting === 'schedule' || setting === 'kind' || setting === 'level' ? why : `${settingWord(setting)}: ${why}`;
}
