export { readSaz } from './saz-read.ts';
export { writeSaz } from './saz-write.ts';
