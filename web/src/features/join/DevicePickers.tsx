import { useEffect } from 'react';
import { t } from '../../i18n';
import type { Device, DeviceKind, Preview } from '../../media';
import { Select } from '../../ui';
import { useValue } from '../../value';

/** Which camera, which microphone. Appears with the first permission: before it browsers hide the names. */
export function DevicePickers({ preview, kinds }: { readonly preview: Preview; readonly kinds: readonly DeviceKind[] }) {
  const devices = useValue(preview.devices);
  const choice = useValue(preview.choice);
  useEffect(() => {
    const refresh = () => void preview.refreshDevices();
    refresh();
    navigator.mediaDevices?.addEventListener?.('devicechange', refresh);
    return () => navigator.mediaDevices?.removeEventListener?.('devicechange', refresh);
  }, [preview]);
  return (
    <div className="preview-devices">
      {kinds.filter((kind) => devices[kind].length > 0).map((kind) => (
        <Select
          key={kind}
          label={t(kind === 'camera' ? 'cam.name' : 'mic.name')}
          options={optionsOf(devices[kind])}
          value={choice[kind] ?? ''}
          onChange={(id) => void preview.choose(kind, id === '' ? undefined : id)}
        />
      ))}
    </div>
  );
}

// "Default" is ours to name; the browser's own entry of that name would be there twice.
function optionsOf(devices: readonly Device[]): readonly Device[] {
  return [{ id: '', label: t('join.standard') }, ...devices.filter((device) => device.id !== 'default')];
}
