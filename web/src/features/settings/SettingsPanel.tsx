import { useState, type FormEvent } from 'react';
import { rest, type Limit, type Settings } from '../../api';
import type { CallView } from '../../call';
import { t } from '../../i18n';
import { Actions, Button, Panel } from '../../ui';
import { useValue } from '../../value';
import { useLoaded } from '../refusal';
import { FixedSettings } from './FixedSettings';
import { isFixed, known, settingWord, valueWord, type SettingValue } from './limits';
import { effectOf, groups, openOf, withOthers, type Wish } from './running';
import { SettingField, withSetting } from './SettingField';
import { w } from './words';
import './settings.css';

const load = async () => (await rest('listKinds')).kinds;

/**
 * For hosts: the settings of the meeting that runs, as far as kind and level allow. What is chosen is gathered and done at one
 * press, after it was said what it does.
 */
export function SettingsPanel({ call, onClose }: { readonly call: CallView; readonly onClose: () => void }) {
  const { meeting } = useValue(call.roster);
  const { value: kinds, problem, reload } = useLoaded(load);
  const limits = kinds?.find(({ kind }) => kind === meeting?.kind)?.levels.find(({ level }) => level === meeting?.level)?.limits;
  return (
    <Panel title={w('title')} onClose={onClose}>
      {meeting && limits ? (
        <SettingsForm settings={meeting.settings} limits={withOthers(limits, meeting.level, meeting.settings)} onChange={(settings) => call.order({ type: 'change_settings', settings })} />
      ) : problem === undefined ? (
        <p className="small soft settings-wait" role="status">
          {t('app.loading')}
        </p>
      ) : (
        <div className="settings-wait stack" role="alert">
          <p className="small">{w('missing')}</p>
          <Button onPress={() => void reload().catch(() => undefined)}>{t('error.retry')}</Button>
        </div>
      )}
    </Panel>
  );
}

interface SettingsFormProps {
  readonly settings: Settings;
  readonly limits: readonly Limit[];
  readonly onChange: (settings: Settings) => void;
}

function SettingsForm({ settings, limits, onChange }: SettingsFormProps) {
  const [wish, setWish] = useState<Wish>({});
  const [asked, setAsked] = useState(false);
  const open = openOf(wish, settings);
  const changes = Object.entries(open) as readonly [string, SettingValue][];
  const byName = new Map(known(limits, settings).map((limit) => [limit.setting, limit]));
  const running = groups.flatMap((group) => group.settings.flatMap((name) => byName.get(name) ?? []));
  const wanted: Settings = { ...settings, ...open };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changes.length === 0) return;
    setAsked(true);
    onChange(wanted);
  };
  return (
    <form className="settings" onSubmit={submit} data-testid="settings">
      <div className="settings-all">
        <p className="small soft">{w('lead')}</p>
        {groups.map(({ title, settings: names }) => {
          const free = names.flatMap((name) => byName.get(name) ?? []).filter((limit) => !isFixed(limit));
          return free.length === 0 ? null : (
            <fieldset key={title} className="settings-group">
              <legend>{w(title)}</legend>
              {free.map((limit) => (
                <SettingField
                  key={limit.setting}
                  limit={limit}
                  value={wanted[limit.setting as keyof Settings]}
                  onChange={(value) => {
                    setAsked(false);
                    setWish(openOf(withSetting(wanted, limit.setting, value), settings));
                  }}
                />
              ))}
            </fieldset>
          );
        })}
        <FixedSettings limits={running.filter(isFixed)} settings={settings} />
      </div>
      <div className="settings-foot" role="status">
        {changes.length > 0 ? <Pending changes={changes} onDiscard={() => setWish({})} /> : asked ? <p className="small">{w('changed')}</p> : null}
      </div>
    </form>
  );
}

/** What will be otherwise, and what that does: before it is done. */
function Pending({ changes, onDiscard }: { readonly changes: readonly [string, SettingValue][]; readonly onDiscard: () => void }) {
  return (
    <>
      <p className="small">
        <strong>{w('pending')}</strong>
      </p>
      <ul className="small" data-testid="settings-pending">
        {changes.map(([name, value]) => {
          const effect = effectOf(name, value);
          return (
            <li key={name}>
              {w('change.of', { setting: settingWord(name), value: valueWord(name, value) })}
              {effect ? <p className="soft">{w(effect)}</p> : null}
            </li>
          );
        })}
      </ul>
      <Actions>
        <Button type="submit" look="main" data-testid="settings-apply">
          {w('apply')}
        </Button>
        <Button look="quiet" onPress={onDiscard}>
          {w('discard')}
        </Button>
      </Actions>
    </>
  );
}
