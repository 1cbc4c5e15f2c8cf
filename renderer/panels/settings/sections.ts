/** The sections, top to bottom. */
export const sections = [
  { id: 'proxy', title: 'Proxy' },
  { id: 'hosts', title: 'Hosts' },
  { id: 'upstream', title: 'Ways out' },
  { id: 'authority', title: 'Certificate authority' },
  { id: 'decoding', title: 'Decoding' },
  { id: 'capture', title: 'Packet capture' },
  { id: 'limits', title: 'Limits' },
  { id: 'appearance', title: 'Appearance' },
  { id: 'keys', title: 'Keys' },
  { id: 'session', title: 'Session' },
  { id: 'file', title: 'File and version' },
] as const;
export type SectionId = (typeof sections)[number]['id'];
