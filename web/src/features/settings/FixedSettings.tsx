import type { Limit, Settings } from '../../api';
import { settingWord, valueWord, type SettingName } from './limits';
import { w, wordOf } from './words';
import './settings.css';

/** What kind or level fix, with the reason; nothing where they fix nothing. */
export function FixedSettings({ limits, settings }: { readonly limits: readonly Limit[]; readonly settings: Settings }) {
  if (limits.length === 0) return null;
  return (
    <>
      <h3 className="fixed-head">{w('fixed')}</h3>
      <ul className="fixed small">
        {limits.map(({ setting, because }) => (
          <li key={setting}>
            {settingWord(setting)}: {valueWord(setting, settings[setting as SettingName])}
            {because ? <span className="soft"> ({wordOf(`because.${because}`)})</span> : null}
          </li>
        ))}
      </ul>
    </>
  );
}
