import { buffersOf, runDecodeJob, type DecodeJob } from './decode-job.ts';

// A thread of its own for one job: whoever started it ends it.
self.addEventListener('message', ({ data }: MessageEvent<DecodeJob>) => {
  const result = runDecodeJob(data);
  self.postMessage(result, { transfer: result.ok ? buffersOf(result.value) : [] });
});
