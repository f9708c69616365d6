import { Camera, CameraOff, Mic, MicOff } from 'lucide-react';
import { useCallback, useEffect, useRef } from 'react';
import { t } from '../../i18n';
import { watchLevel, type DeviceKind, type Preview, type PreviewState } from '../../media';
import { Avatar, Button, FailureView, LevelMeter } from '../../ui';
import { useValue } from '../../value';
import { DevicePickers } from './DevicePickers';

/** Own picture, the two switches, the level, the devices, and what is wrong with them. */
export function PreviewPane({ preview, name }: { readonly preview: Preview; readonly name: string }) {
  const { camera, microphone } = useValue(preview.states);
  return (
    <section className="preview" aria-label={t('join.preview')}>
      <div className="preview-picture dark" data-testid="preview">
        {camera.kind === 'on' ? <OwnPicture track={camera.track} /> : <NoPicture camera={camera} name={name} />}
      </div>
      <div className="preview-switches">
        <Switch kind="microphone" state={microphone} preview={preview} />
        <Switch kind="camera" state={camera} preview={preview} />
      </div>
      {microphone.kind === 'on' ? <Level track={microphone.track} /> : null}
      <DeviceFailure state={microphone} retry={() => void preview.switchOn('microphone')} />
      <DeviceFailure state={camera} retry={() => void preview.switchOn('camera')} />
      <DevicePickers preview={preview} />
    </section>
  );
}

function OwnPicture({ track }: { readonly track: MediaStreamTrack }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = new MediaStream([track]);
  }, [track]);
  return <video ref={video} autoPlay playsInline muted data-testid="preview-video" />;
}

function NoPicture({ camera, name }: { readonly camera: PreviewState; readonly name: string }) {
  const starting = camera.kind === 'starting';
  return (
    <div className="preview-none">
      <Avatar name={name} />
      <p className="small soft">{t(starting ? 'join.browserAsks' : 'join.cameraOff')}</p>
    </div>
  );
}

const icons = { microphone: { on: Mic, off: MicOff }, camera: { on: Camera, off: CameraOff } } as const;
const words = {
  microphone: { on: 'mic.isOn', off: 'mic.isOff', turnOn: 'mic.on', turnOff: 'mic.off', testId: 'join-mic' },
  camera: { on: 'cam.isOn', off: 'cam.isOff', turnOn: 'cam.on', turnOff: 'cam.off', testId: 'join-cam' },
} as const;

interface SwitchProps {
  readonly kind: DeviceKind;
  readonly state: PreviewState;
  readonly preview: Preview;
}

function Switch({ kind, state, preview }: SwitchProps) {
  const text = words[kind];
  const on = state.kind === 'on' || state.kind === 'starting';
  const Icon = on ? icons[kind].on : icons[kind].off;
  const toggle = () => (on ? preview.switchOff(kind) : void preview.switchOn(kind));
  const label = state.kind === 'starting' ? 'join.starting' : state.kind === 'on' ? text.on : text.off;
  return (
    <Button onPress={toggle} aria-label={`${t(on ? text.turnOff : text.turnOn)}`} data-testid={text.testId} data-state={state.kind}>
      <Icon size={20} aria-hidden="true" />
      {t(label)}
    </Button>
  );
}

function Level({ track }: { readonly track: MediaStreamTrack }) {
  const watch = useCallback((onLevel: (level: number) => void) => watchLevel(track, onLevel), [track]);
  return (
    <div className="preview-level">
      <LevelMeter label={t('join.level')} watch={watch} />
      <p className="small soft">{t('join.levelHint')}</p>
    </div>
  );
}

function DeviceFailure({ state, retry }: { readonly state: PreviewState; readonly retry: () => void }) {
  if (state.kind !== 'failed') return null;
  return (
    <FailureView code={state.code} inset>
      <Button onPress={retry}>{t('error.retry')}</Button>
    </FailureView>
  );
}
