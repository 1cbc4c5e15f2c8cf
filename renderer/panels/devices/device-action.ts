/** What is done with the selected device. */
export type DeviceAction = 'rename' | 'remove';
