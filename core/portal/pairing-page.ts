import { pageShell } from './page-shell.ts';
import { portalHost } from './portal.ts';

/** Why a device that is not paired sees this page. */
export type StrangerReason = 'no-code' | 'wrong-code' | 'not-open' | 'too-often' | 'too-many-devices';

const reasons: Readonly<Record<StrangerReason, string>> = {
  'no-code': 'This device is not paired with Plumbline on this computer, so nothing is passed on for it.',
  'wrong-code': 'That is not the code that the computer shows now. Codes change each time a phone is added.',
  'not-open': 'Nobody is adding a phone at the computer right now, so no code is valid.',
  'too-often':
    'Too many wrong codes came from this device. A new code, shown at the computer, will be heard again.',
  'too-many-devices':
    'The computer has 64 paired devices, which is the most it keeps. Remove one there first.',
};

/** What a device that is not paired is shown, whatever it asks for. It tells nothing but how to pair, and needs no script. `isForUs`: it asked
 * for a page of ours; else the answer stands in the place of another site's. */
export function pairingPage(reason: StrangerReason, isForUs: boolean): string {
  return pageShell(
    'pair this device',
    `<h1>Pair this device</h1>
<p${reason === 'no-code' ? '' : ' class="note" role="alert"'}>${reasons[reason]}</p>
<ol class="steps">
<li><h2>At the computer</h2><p>In Plumbline, open Devices and choose “Add a phone”. It shows a QR code.</p></li>
<li><h2>On this device</h2><p>Scan the QR code with the camera, or type the code that stands beside it:</p>
<form action="${isForUs ? '/pair' : `http://${portalHost}/pair`}" method="get"><label for="code">Code</label>
<input id="code" name="code" required maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="K7QM-2XWD">
<button class="button" type="submit">Pair</button></form></li>
</ol>
<h2>Not yours?</h2>
<p>If you never meant to use Plumbline, switch the proxy off in the settings of this device’s Wi-Fi.</p>`,
  );
}
