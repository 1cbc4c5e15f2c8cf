/** Elements that fetch, connect, navigate or hold others' documents; the frame forbids most of it a second time. */
const removed =
  'script, link, meta, base, iframe, frame, frameset, object, embed, applet, portal, template, audio, video, source, track';

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:";

/** The page with everything taken out that could make a request, and a policy in front that allows none. */
export function harmlessPage(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const element of page.querySelectorAll(removed)) element.remove();
  for (const element of page.querySelectorAll('*')) {
    for (const { name } of [...element.attributes]) {
      if (name.startsWith('on') || name === 'ping' || name === 'autofocus') element.removeAttribute(name);
    }
    if (element.matches('a, area')) element.removeAttribute('href');
  }
  // A page without links would be no stop of Tab, and could not be scrolled by keys.
  page.documentElement.tabIndex = 0;
  return `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">${page.documentElement.outerHTML}`;
}
