export { FixedSettings } from './FixedSettings';
export { isFixed, known } from './limits';
export { SettingField, withSetting } from './SettingField';
export { SettingsPanel } from './SettingsPanel';
