import type { DeviceCheck } from '../devices/device-checks.ts';
import { codeOfPath } from '../devices/pairing-code.ts';
import { pageShell } from './page-shell.ts';
import { portalFileAt, type PortalBody, type PortalFacts } from './portal-files.ts';
import { portalPage } from './portal-page.ts';
import { platformAskedFor, portalPlatformOf, type PortalPlatform } from './portal-platform.ts';

/** The name under which the portal is found through the proxy, whatever the network: no name server knows it (RFC 6761 section 6.2). */
export const portalHost = 'plumbline.test';

export interface PortalRequest {
  readonly method: string;
  /** Origin-form (RFC 9112 section 3.2.1). */
  readonly path: string;
  readonly userAgent: string;
  readonly isThroughProxy: boolean;
  /** The proxy asks for a password that was not given. */
  readonly lacksPassword: boolean;
  /** The paired device that asks; null for this computer, and where anybody may. */
  readonly device: PortalDevice | null;
}

/** A paired device: its name at the computer, and how far it is. */
export interface PortalDevice {
  readonly name: string;
  readonly checks: readonly DeviceCheck[];
}

export interface PortalAnswer {
  readonly status: 200 | 303 | 400 | 404 | 405;
  readonly statusText: string;
  /** Where to go instead; null: nowhere. */
  readonly location: string | null;
  readonly contentType: string;
  /** For the browser to save it under; null for a page. */
  readonly fileName: string | null;
  readonly body: PortalBody;
}

/** Whether there is something at this path (origin-form, with its query). */
export function isPortalPath(path: string): boolean {
  const place = path.split('?', 1)[0] ?? '';
  return (
    place === '/' || place === statusPath || codeOfPath(path) !== null || portalFileAt(place) !== undefined
  );
}

/** The checks of the device that asks, for its own page: `{"checks": […]}`, null for none. */
export const statusPath = '/status.json';

/** A picture that only a device that trusts the CA can load, from the portal's own host. */
export const probePath = '/trusted.svg';

/** What the portal answers. Everything it says is public: the certificate, without its key, and where the proxy is. */
export function answerPortal(request: PortalRequest, facts: PortalFacts): PortalAnswer {
  const { method, path } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    return page(405, 'Method Not Allowed', plainPage('This page is only to be read: open it in a browser.'));
  }
  const [place = '', query = ''] = path.split('?', 2);
  if (place === '/') return page(200, 'OK', firstPage(query, request, facts));
  // It is paired, or needs not be.
  if (codeOfPath(path) !== null) return { ...page(303, 'See Other', plainPage('Go on.')), location: '/' };
  if (place === statusPath) {
    const text = JSON.stringify({ checks: request.device?.checks ?? null });
    return { ...page(200, 'OK', text), contentType: 'application/json' };
  }
  const file = portalFileAt(place);
  if (file === undefined) {
    return page(404, 'Not Found', plainPage('There is no such page. The steps are at the beginning.'));
  }
  const { name, contentType, isShown } = file;
  const body = file.body(facts, query);
  if (body === null) {
    const sentence =
      'Give the name of the Wi-Fi, of at most 32 characters, as the settings of this device show it.';
    return page(400, 'Bad Request', plainPage(sentence));
  }
  const fileName = isShown === true ? null : name;
  return { status: 200, statusText: 'OK', location: null, contentType, fileName, body };
}

function firstPage(
  query: string,
  { userAgent, isThroughProxy, lacksPassword, device }: PortalRequest,
  facts: PortalFacts,
): string {
  const own = portalPlatformOf(userAgent);
  const asked = platformAskedFor(query);
  // A Mac may be an iPad, and Firefox one of the programs of this device.
  const isForAnother =
    asked !== null && own !== null && asked.system !== own.system && isPhone(asked) !== isPhone(own);
  return portalPage({
    ...{ ...facts, isThroughProxy, lacksPassword, isForAnother, device },
    platform: asked !== null && asked.system === own?.system ? own : (asked ?? own),
  });
}

function isPhone({ system }: PortalPlatform): boolean {
  return system === 'ios' || system === 'android' || system === 'android-old';
}

function page(status: PortalAnswer['status'], statusText: string, text: string): PortalAnswer {
  return {
    status,
    statusText,
    location: null,
    contentType: 'text/html; charset=utf-8',
    fileName: null,
    body: { text },
  };
}

/** One sentence, and the way to the steps. */
function plainPage(sentence: string): string {
  return pageShell('', `<h1>Plumbline</h1>\n<p>${sentence}</p>\n<p><a href="/">To the steps</a></p>`);
}
