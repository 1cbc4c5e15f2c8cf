import 'react';

declare module 'react' {
  interface CSSProperties {
    '--columns'?: string;
    '--columns-width'?: string;
    '--depth'?: number;
  }
}
