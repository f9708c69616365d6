export { Avatar, initials } from './Avatar';
export { Button } from './Button';
export { CopyLink } from './CopyLink';
export { FailureView } from './FailureView';
export { Field } from './Field';
export { Heading, Page } from './Page';
export { LevelMeter } from './LevelMeter';
export { Panel } from './Panel';
export { Select } from './Select';
