/**
 * The threads of an engine, as they are built. Not from their sources: Node strips types with WebAssembly, and V8 13.6 ends the process with a segmentation
 * fault when threads that come and go share one module of it (`Runtime_TierUpWasmToJSWrapper`, about one run in fifteen of the files that open many sessions).
 */
const built = new URL('../../dist/engine/', import.meta.url);

export const workers = {
  writer: new URL('writer-worker.js', built),
  reader: new URL('reader-worker.js', built),
  indexer: new URL('indexer-worker.js', built),
  packetReader: new URL('packet-reader-worker.js', built),
  pac: new URL('pac-worker.js', built),
  finder: new URL('finder-worker.js', built),
  capture: new URL('capture-worker.js', built),
  transfer: new URL('transfer-worker.js', built),
  dissection: new URL('../dissection/main.js', built),
  captureHelper: new URL('../native/plumbline-capture', built),
};

/** Threads of a session that looks into no bodies and no packets. */
export const writerAndReader = { writer: workers.writer, reader: workers.reader };
