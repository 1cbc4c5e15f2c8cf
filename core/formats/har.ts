export { readHar } from './har-read.ts';
export { writeHar } from './har-write.ts';
