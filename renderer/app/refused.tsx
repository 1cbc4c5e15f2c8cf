/** A browser tab without the cookie that the token in the address sets. */
export function Refused() {
  return (
    <main className="refused">
      <h1>This window is not connected</h1>
      <p>Open the address that plumbline serve printed, with its token.</p>
      <p className="muted">
        The token proves that you may see what is recorded. It changes with every start of plumbline serve, so
        an older tab or bookmark does not work. If plumbline serve is not running, start it; this window
        connects by itself when it is let in.
      </p>
    </main>
  );
}
