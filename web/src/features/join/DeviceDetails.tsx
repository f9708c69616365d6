import { t } from '../../i18n';
import type { DeviceKind, Preview, PreviewStates } from '../../media';
import { Button, FailureView } from '../../ui';
import { useValue } from '../../value';
import { DevicePickers } from './DevicePickers';

/** What comes and goes with the devices. It stands below what one clicks, so that nothing moves away under the hand. */
export function DeviceDetails({ preview, silent = false }: { readonly preview: Preview; readonly silent?: boolean }) {
  const states = useValue(preview.states);
  return (
    <div className="join-details">
      {failuresOf(states).map(({ code, kinds }) => (
        <FailureView key={code} code={code} lead={t('join.concerns', { devices: namesOf(kinds) })} inset>
          <Button onPress={() => kinds.forEach((kind) => void preview.switchOn(kind))}>{t('error.retry')}</Button>
        </FailureView>
      ))}
      <DevicePickers preview={preview} kinds={silent ? cameraOnly : both} />
    </div>
  );
}

const both: readonly DeviceKind[] = ['microphone', 'camera'];
const cameraOnly: readonly DeviceKind[] = ['camera'];

/** One entry for each kind of failure, with the devices that it concerns. */
function failuresOf(states: PreviewStates) {
  const { microphone, camera } = states;
  const one = (kind: DeviceKind) => {
    const state = states[kind];
    return state.kind === 'failed' ? [{ code: state.code, kinds: [kind] }] : [];
  };
  if (microphone.kind === 'failed' && camera.kind === 'failed' && microphone.code === camera.code) {
    return [{ code: camera.code, kinds: ['microphone', 'camera'] as const }];
  }
  return [...one('microphone'), ...one('camera')];
}

function namesOf(kinds: readonly DeviceKind[]): string {
  if (kinds.length === 2) return t('join.both');
  return t(kinds[0] === 'camera' ? 'cam.name' : 'mic.name');
}
