import 'react';

declare module 'react' {
  interface CSSProperties {
    '--columns'?: string;
    '--depth'?: number;
  }
}
