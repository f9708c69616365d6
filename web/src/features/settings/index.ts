export { FixedSettings } from './FixedSettings';
export { isFixed, known } from './limits';
export { RefusalReasons } from './RefusalReasons';
export { SettingField, withSetting } from './SettingField';
export { SettingsPanel } from './SettingsPanel';
