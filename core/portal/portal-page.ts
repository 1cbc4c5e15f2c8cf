import type { DeviceCheck } from '../devices/device-checks.ts';
import { checkIcons } from './check-icons.ts';
import { escapeMarkup } from './escape-markup.ts';
import { pageShell } from './page-shell.ts';
import { portalFiles, type PortalFacts, type PortalFile, type PortalFileName } from './portal-files.ts';
import {
  portalSystemNames,
  portalSystems,
  type PortalPlatform,
  type PortalSystem,
} from './portal-platform.ts';
import { stepsFor, type PortalStep } from './portal-steps.ts';
import { settingsPicture } from './settings-picture.ts';

export interface PortalPageFacts extends PortalFacts {
  /** The page was asked for through the proxy. */
  readonly isThroughProxy: boolean;
  /** The proxy asks for a password that the device did not give. */
  readonly lacksPassword: boolean;
  /** The steps are those of a device that the page is not shown on. */
  readonly isForAnother: boolean;
  /** Null: it is not known what the device is. */
  readonly platform: PortalPlatform | null;
  /** The paired device that it is shown on; null for this computer. */
  readonly device: { readonly name: string; readonly checks: readonly DeviceCheck[] } | null;
}

/** The page that says how to make a device's traffic readable: HTML, all of it in one answer. Its script only keeps the checks up to date. */
export function portalPage(facts: PortalPageFacts): string {
  const { platform, proxyHost, proxyPort } = facts;
  const name = platform?.name ?? 'this device';
  const place = `${proxyHost.includes(':') ? `[${proxyHost}]` : proxyHost}:${proxyPort}`;
  return pageShell(
    `set up ${escapeMarkup(name)}`,
    `<h1>Set up ${escapeMarkup(name)}</h1>
<p>Plumbline, on a computer near you, will show what apps here send and receive.</p>
${progress(facts, place)}
${platform === null ? choice(null) : platformParts(platform, facts)}
<h2>Compare the certificate</h2>
<p>Plumbline’s settings show the same SHA-256. If it differs, do not install the certificate.</p>
<dl><dt>Name</dt><dd>${escapeMarkup(facts.caName)}</dd><dt>SHA-256</dt><dd class="print">${escapeMarkup(facts.fingerprintSha256)}</dd><dt>SHA-1</dt><dd class="print">${escapeMarkup(facts.fingerprintSha1)}</dd></dl>
<h2>All files</h2>
<ul>${Object.values<PortalFile>(portalFiles)
      .filter(({ isUnlisted }) => isUnlisted !== true)
      .map(({ name: file, what }) => `<li><a href="/${file}">${file}</a><br><small>${what}</small></li>`)
      .join('')}</ul>
${platform === null ? '' : choice(platform.system)}`,
  );
}

function stateList({ isThroughProxy, lacksPassword }: PortalPageFacts, place: string): string {
  const lines = [
    line(true, `This device reaches Plumbline at <b>${escapeMarkup(place)}</b>.`),
    isThroughProxy
      ? line(true, 'It uses the proxy.')
      : line(
          false,
          'This page came without the proxy. Set it as below, then open <b>http://plumbline.test</b>.',
        ),
    ...(lacksPassword
      ? [line(false, 'The proxy asks for a user name and a password, which it did not give.')]
      : []),
  ];
  return `<ul class="state">${lines.join('')}</ul>`;
}

function progress(facts: PortalPageFacts, place: string): string {
  if (facts.isForAnother) return anotherNote(facts);
  return facts.device === null ? stateList(facts, place) : deviceChecks(facts.device);
}

/** The picture is loaded over TLS, from a host that only the proxy knows: whether that works tells the computer whether the CA is trusted. */
function deviceChecks({ name, checks }: NonNullable<PortalPageFacts['device']>): string {
  return `<p>At the computer this device is called <b>${escapeMarkup(name)}</b>.</p>
<ul class="state" id="checks">${checks.map(checkLine).join('')}</ul>
<p class="note" id="works"${checks.every(({ state }) => state === 'done') ? '' : ' hidden'}>It works: what the apps here send shows at the computer now.</p>
<img src="https://plumbline.test/trusted.svg" alt="" width="1" height="1" class="probe">
<noscript><p><a href="/">Look again how far it is</a></p></noscript>
<script src="/checks.js"></script>`;
}

function checkLine({ state, title, text }: DeviceCheck): string {
  const said = text === '' ? '' : `<br><small>${escapeMarkup(text)}</small>`;
  return `<li class="${state}"><span>${checkIcons[state]}</span><div>${escapeMarkup(title)}${said}</div></li>`;
}

function line(isDone: boolean, markup: string): string {
  return `<li><span>${isDone ? checkIcons.done : checkIcons.open}</span><div>${markup}</div></li>`;
}

function anotherNote({ proxyHost }: PortalPageFacts): string {
  const isLocal = /^127\.|^::1$/.test(proxyHost);
  return `<p class="note">These are the steps for another device than this one. ${
    isLocal
      ? `Plumbline listens at ${escapeMarkup(proxyHost)}, which only this computer reaches: let it listen on an address of your network first (settings).`
      : 'Open this page there to see how far it is.'
  }</p>`;
}

function platformParts(platform: PortalPlatform, facts: PortalPageFacts): string {
  const { proxy, trust, limits, removal } = stepsFor(platform.system, facts);
  const steps = [...(facts.isThroughProxy && !facts.isForAnother ? [] : proxy), ...trust];
  const other = platform.isOtherBrowser
    ? '<p class="note">Open this page in <b>Safari</b>, which installs profiles.</p>'
    : '';
  const config =
    platform.system === 'android' || platform.system === 'android-old'
      ? `<p>${download('networkSecurityConfig', false)}</p>`
      : '';
  const tablet =
    platform.system === 'macos'
      ? '<p class="note">An iPad says that it is a Mac: <a href="/?for=ios">steps for iPhone or iPad</a>.</p>'
      : '';
  const offer = platform.system === 'ios' && !facts.isThroughProxy ? wifiForm() : '';
  return `${other}${tablet}${hasTrust(facts) ? '<details><summary><h2>Steps</h2></summary>' : '<h2>Steps</h2>'}
<ol class="steps">${steps.map(stepItem).join('')}</ol>
${offer}${hasTrust(facts) ? '</details>' : ''}<h2>What can be read then</h2>
<ul>${limits.map((limit) => `<li>${escapeMarkup(limit)}</li>`).join('')}</ul>
${config}<details><summary><h2>Take it off again</h2></summary><ol class="steps">${removal.map(stepItem).join('')}</ol></details>`;
}

/** Nothing is left to be done here. */
function hasTrust({ device, isForAnother }: PortalPageFacts): boolean {
  return (
    !isForAnother && device?.checks.some(({ step, state }) => step === 'trusted' && state === 'done') === true
  );
}

/** A profile that sets the proxy of one Wi-Fi, too, in place of the first steps. */
function wifiForm(): string {
  const { name, label } = portalFiles.wifiProfile;
  return `<details><summary><h2>Set the proxy by profile instead</h2></summary>
<p>A profile can bring the certificate and the proxy of one Wi-Fi together; removing it takes both off again. It replaces the first two steps. iOS asks for the password of the Wi-Fi itself.</p>
<form action="/${name}" method="get"><label for="ssid">Name of the Wi-Fi</label>
<input id="ssid" name="ssid" required maxlength="32" autocomplete="off" autocapitalize="off" spellcheck="false">
<label><input type="checkbox" name="open" value="1"> It has no password</label>
<button class="button" type="submit">${label}</button></form></details>
`;
}

function stepItem({ title, text, path, picture, downloads, command }: PortalStep): string {
  const where =
    path === undefined
      ? ''
      : `<p class="path">${path.map((part) => `<b>${escapeMarkup(part)}</b>`).join(' <i>›</i> ')}</p>`;
  const drawn =
    picture === undefined
      ? ''
      : settingsPicture(
          picture.title,
          picture.rows,
          `${picture.title}: ${picture.rows.map(({ label, value, kind }) => (kind === 'on' ? `${label} on` : value === undefined ? label : `${label} ${value}`)).join(', ')}`,
        );
  const links = (downloads ?? []).map((each, index) => download(each, index === 0)).join(' ');
  const typed =
    command === undefined
      ? ''
      : `<pre tabindex="0" role="region" aria-label="Command: ${escapeMarkup(title)}">${escapeMarkup(command)}</pre>`;
  return `<li><h3>${escapeMarkup(title)}</h3>${where}<p>${escapeMarkup(text)}</p>${links}${typed}${drawn}</li>`;
}

function download(which: PortalFileName, isMain: boolean): string {
  const { name, label } = portalFiles[which];
  return `<a class="${isMain ? 'button' : 'file'}" href="/${name}">${label}</a>`;
}

function choice(chosen: PortalSystem | null): string {
  const others = portalSystems.filter((system) => system !== chosen);
  return `<h2>${chosen === null ? 'What is this device?' : 'Another device'}</h2>
<ul class="choice">${others.map((system) => `<li><a href="/?for=${system}">${portalSystemNames[system]}</a></li>`).join('')}</ul>`;
}
