import { useEffect, useRef } from 'react';
import type { Playable } from '../../call';

export interface PlayerProps {
  readonly playable: Playable;
  readonly kind: 'video' | 'audio';
  readonly mirrored?: boolean;
}

/** The element that plays a track. livekit-client watches it to learn which size is needed. */
export function Player({ playable, kind, mirrored = false }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = video.current ?? audio.current;
    return element ? playable.attach(element) : undefined;
  }, [playable, kind]);
  if (kind === 'audio') return <audio ref={audio} autoPlay />;
  return <video ref={video} autoPlay playsInline muted className={mirrored ? 'mirrored' : undefined} />;
}
