import 'react';

declare module 'react' {
  interface CSSProperties {
    '--columns'?: string;
    '--columns-width'?: string;
    '--packet-number'?: string;
    '--sequence-row'?: string;
    '--depth'?: number;
  }
}
