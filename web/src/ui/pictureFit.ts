// How a picture fills its place.

interface Box {
  readonly width: number;
  readonly height: number;
}

/** More than this share of the picture is not cut away: then it is shown whole, with bars. */
const MOST_CUT = 0.25;

export function pictureFit(picture: Box, place: Box): 'cover' | 'contain' {
  if (picture.width <= 0 || picture.height <= 0 || place.width <= 0 || place.height <= 0) return 'cover';
  const shapes = (picture.width * place.height) / (picture.height * place.width);
  return 1 - Math.min(shapes, 1 / shapes) > MOST_CUT ? 'contain' : 'cover';
}
