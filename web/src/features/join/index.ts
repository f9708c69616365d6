export { DeviceDetails } from './DeviceDetails';
export { Join } from './Join';
export { PreviewPane } from './PreviewPane';
