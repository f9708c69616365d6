import type { Limit, Settings } from '../../api';
import { FixedSettings, isFixed, known, SettingField, withSetting } from '../settings';
import { w } from './words';

export interface SingleSettingsProps {
  readonly settings: Settings;
  readonly limits: readonly Limit[];
  readonly onChange: (settings: Settings) => void;
}

/** Every setting by itself, within what kind and level allow; what they fix is listed with the reason. What the program cannot do yet is not shown. */
export function SingleSettings({ settings, limits, onChange }: SingleSettingsProps) {
  const shown = known(limits, settings);
  return (
    <details className="single">
      <summary data-testid="settings-open">{w('single')}</summary>
      <div className="single-fields">
        {shown.filter((limit) => !isFixed(limit)).map((limit) => (
          <SettingField key={limit.setting} limit={limit} value={settings[limit.setting as keyof Settings]} onChange={(value) => onChange(withSetting(settings, limit.setting, value))} />
        ))}
      </div>
      <FixedSettings limits={shown.filter(isFixed)} settings={settings} />
    </details>
  );
}
