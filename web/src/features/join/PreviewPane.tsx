import { Camera, CameraOff, Mic, MicOff } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type SyntheticEvent } from 'react';
import { t } from '../../i18n';
import { watchLevel, type DeviceKind, type Preview, type PreviewState } from '../../media';
import { failureText } from '../../errors';
import { Avatar, Button, LevelMeter, pictureFit } from '../../ui';
import { useValue } from '../../value';

interface PreviewPaneProps {
  readonly preview: Preview;
  readonly name: string;
  /** a further device: without microphone */
  readonly silent?: boolean;
}

/** Own picture with the level in it, and the two switches. Its size never changes. */
export function PreviewPane({ preview, name, silent = false }: PreviewPaneProps) {
  const { camera, microphone } = useValue(preview.states);
  return (
    <section className="preview" aria-label={t('join.preview')}>
      <div className="preview-picture dark" data-testid="preview">
        {camera.kind === 'on' ? <OwnPicture track={camera.track} /> : <NoPicture camera={camera} name={name} />}
        {microphone.kind === 'on' ? <Level track={microphone.track} /> : null}
      </div>
      <div className="preview-switches">
        {silent ? null : <Switch kind="microphone" state={microphone} preview={preview} />}
        <Switch kind="camera" state={camera} preview={preview} />
      </div>
    </section>
  );
}

function OwnPicture({ track }: { readonly track: MediaStreamTrack }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = new MediaStream([track]);
  }, [track]);
  const [fit, setFit] = useState<'cover' | 'contain'>('cover');
  const measure = ({ currentTarget: { videoWidth, videoHeight } }: SyntheticEvent<HTMLVideoElement>) =>
    setFit(pictureFit({ width: videoWidth, height: videoHeight }, { width: 16, height: 9 }));
  return (
    <video
      ref={video}
      autoPlay
      playsInline
      muted
      data-fit={fit}
      onLoadedMetadata={measure}
      onResize={measure}
      data-testid="preview-video"
    />
  );
}

function NoPicture({ camera, name }: { readonly camera: PreviewState; readonly name: string }) {
  const words = camera.kind === 'failed' ? failureText(camera.code).title : camera.kind === 'starting' ? 'join.browserAsks' : 'join.cameraOff';
  return (
    <div className="preview-none">
      <Avatar name={name} />
      <p className="small soft">{t(words)}</p>
    </div>
  );
}

const icons = { microphone: { on: Mic, off: MicOff }, camera: { on: Camera, off: CameraOff } } as const;
const words = {
  microphone: { on: 'mic.isOn', off: 'mic.isOff', testId: 'join-mic' },
  camera: { on: 'cam.isOn', off: 'cam.isOff', testId: 'join-cam' },
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
  const label = t(state.kind === 'starting' ? 'join.starting' : state.kind === 'on' ? text.on : text.off);
  return (
    <Button onPress={toggle} aria-label={t(on ? 'switch.off' : 'switch.on', { state: label })} data-testid={text.testId} data-state={state.kind}>
      <Icon size={20} aria-hidden="true" />
      {label}
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
