import { parentPort } from 'node:worker_threads';
import { createLiveTaker } from './live-taker.ts';
import { runCapture } from './run-capture.ts';

if (parentPort !== null) runCapture(parentPort, createLiveTaker);
