import { useEffect, useRef, type SyntheticEvent } from 'react';
import type { Playable } from '../../call';
import type { Size } from './useSize';

export interface PlayerProps {
  readonly playable: Playable;
  readonly kind: 'video' | 'audio';
  readonly mirrored?: boolean;
  readonly fit?: 'cover' | 'contain';
  /** The first picture is there, or pictures of another size follow. */
  readonly onPicture?: (size: Size) => void;
}

/** The element that plays a track. livekit-client watches it to learn which size is needed. */
export function Player({ playable, kind, mirrored = false, fit = 'cover', onPicture }: PlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = video.current ?? audio.current;
    return element ? playable.attach(element) : undefined;
  }, [playable, kind]);
  if (kind === 'audio') return <audio ref={audio} autoPlay />;
  const measure = ({ currentTarget }: SyntheticEvent<HTMLVideoElement>) => {
    if (currentTarget.videoWidth > 0) onPicture?.({ width: currentTarget.videoWidth, height: currentTarget.videoHeight });
  };
  return (
    <video
      ref={video}
      autoPlay
      playsInline
      muted
      className={mirrored ? 'mirrored' : undefined}
      data-fit={fit}
      onLoadedData={measure}
      onResize={measure}
    />
  );
}
