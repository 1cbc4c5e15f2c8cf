/** Everything the command line says goes through here: results to standard output, trouble to standard error. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printError(line: string): void {
  process.stderr.write(`plumbline: ${line}\n`);
}

/** Waits for a slow reader of our output, so that a pipe gets every line. False when nobody reads any more. */
export function write(bytes: Uint8Array | string): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.write(bytes, (error) => {
      resolve(error == null);
    });
  });
}
