import type { Limit, Settings } from '../../api';
import { Pick, Select, Switch } from '../../ui';
import { w, wordOf } from './words';

export interface SingleSettingsProps {
  readonly settings: Settings;
  readonly limits: readonly Limit[];
  readonly onChange: (settings: Settings) => void;
}

/** Every setting by itself, within what kind and level allow; what they fix is listed with the reason. What the program cannot do yet is not shown. */
export function SingleSettings({ settings, limits, onChange }: SingleSettingsProps) {
  const shown = limits.filter(({ because, setting }) => because !== 'not_built' && setting in settings);
  const fixed = shown.filter(({ values }) => values?.length === 1);
  const free = shown.filter((limit) => !fixed.includes(limit));
  return (
    <details className="single">
      <summary data-testid="settings-open">{w('single')}</summary>
      <div className="single-fields">
        {free.map((limit) => (
          <One key={limit.setting} limit={limit} value={settings[limit.setting as keyof Settings]} onChange={(value) => onChange({ ...settings, [limit.setting]: value })} />
        ))}
      </div>
      {fixed.length > 0 ? (
        <>
          <h3>{w('fixed')}</h3>
          <ul className="fixed small">
            {fixed.map(({ setting, values, because }) => (
              <li key={setting}>
                {wordOf(`set.${setting}`)}: {valueWord(setting, values?.[0] ?? '')}
                {because ? <span className="soft"> ({wordOf(`because.${because}`)})</span> : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </details>
  );
}

function One({ limit, value, onChange }: { readonly limit: Limit; readonly value: string | number | boolean; readonly onChange: (value: string | number | boolean) => void }) {
  const label = wordOf(`set.${limit.setting}`);
  if (typeof value === 'boolean') {
    return (
      <Switch isSelected={value} onChange={onChange}>
        {label}
      </Switch>
    );
  }
  if (typeof value === 'number') {
    return <Pick label={label} type="number" least={limit.least} most={limit.most} value={String(value)} onChange={(text) => onChange(Number(text))} />;
  }
  return <Select label={label} options={(limit.values ?? []).map((id) => ({ id, label: valueWord(limit.setting, id) }))} value={value} onChange={onChange} />;
}

function valueWord(setting: string, value: string): string {
  if (value === 'true' || value === 'false') return w(value === 'true' ? 'yes' : 'no');
  const shared: Readonly<Record<string, string>> = { direct: 'chat', files: 'chat', cameras: 'people', camera: 'speak' };
  return wordOf(`set.${shared[setting] ?? setting}.${value}`);
}
