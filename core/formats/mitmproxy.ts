export { readMitmproxy } from './mitmproxy-read.ts';
