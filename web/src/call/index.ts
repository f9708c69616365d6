// The door of the call. It brings livekit-client along: import it only from what loads lazily (types are free).
export { CHAT_LIMIT } from './Call';
export { joinCall } from './join';
export { focusLayout, gridLayout } from './layout';
export { seat } from './seats';
export type { JoinInput } from './join';
export type { DeviceChoice } from './room';
export type { CallDevice } from './devices';
export type { CallView, Maintenance, Own, Phase } from './view';
export type { Rect } from './layout';
export type { News } from './news';
export type { Playable } from './persons';
export type { ChatLine, Roster } from './roster';
export type { OwnSource, OwnState } from './sources';
export type { Tile } from './tiles';
export type { Trouble } from './trouble';
