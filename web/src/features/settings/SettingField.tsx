import type { Limit, Settings } from '../../api';
import { Pick, Select, Switch } from '../../ui';
import { settingWord, valueWord, type SettingName, type SettingValue } from './limits';

export interface SettingFieldProps {
  readonly limit: Limit;
  readonly value: SettingValue;
  readonly onChange: (value: SettingValue) => void;
}

/** One setting, within what kind and level allow. */
export function SettingField({ limit, value, onChange }: SettingFieldProps) {
  const label = settingWord(limit.setting);
  const testId = `set-${limit.setting}`;
  if (typeof value === 'boolean') {
    return (
      <Switch isSelected={value} onChange={onChange} data-testid={testId}>
        {label}
      </Switch>
    );
  }
  if (typeof value === 'number') {
    return <Pick label={label} type="number" least={limit.least} most={limit.most} value={String(value)} onChange={(text) => onChange(Number(text))} testId={testId} />;
  }
  const options = (limit.values ?? []).map((id) => ({ id, label: valueWord(limit.setting, id as SettingValue) }));
  return <Select label={label} options={options} value={value} onChange={(id) => onChange(id as SettingValue)} testId={testId} />;
}

/** The settings with one of them changed. */
export function withSetting(settings: Settings, name: string, value: SettingValue): Settings {
  return { ...settings, [name as SettingName]: value };
}
