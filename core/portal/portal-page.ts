import { escapeMarkup } from './escape-markup.ts';
import { portalFiles, type PortalFacts, type PortalFileName } from './portal-files.ts';
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
}

/** The page that says how to make a device's traffic readable: HTML without scripts, all of it in one answer. */
export function portalPage(facts: PortalPageFacts): string {
  const { platform, proxyHost, proxyPort } = facts;
  const name = platform?.name ?? 'this device';
  const place = `${proxyHost.includes(':') ? `[${proxyHost}]` : proxyHost}:${proxyPort}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plumbline: set up ${escapeMarkup(name)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Set up ${escapeMarkup(name)}</h1>
<p>Plumbline, on a computer near you, will show what apps here send and receive.</p>
${facts.isForAnother ? anotherNote(facts) : stateList(facts, place)}
${platform === null ? choice(null) : platformParts(platform, facts)}
<h2>Compare the certificate</h2>
<p>Plumbline’s settings show the same SHA-256. If it differs, do not install the certificate.</p>
<dl><dt>Name</dt><dd>${escapeMarkup(facts.caName)}</dd><dt>SHA-256</dt><dd class="print">${escapeMarkup(facts.fingerprintSha256)}</dd><dt>SHA-1</dt><dd class="print">${escapeMarkup(facts.fingerprintSha1)}</dd></dl>
<h2>All files</h2>
<ul>${Object.values(portalFiles)
    .map(({ name: file, what }) => `<li><a href="/${file}">${file}</a><br><small>${what}</small></li>`)
    .join('')}</ul>
${platform === null ? '' : choice(platform.system)}
</main>
</body>
</html>
`;
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

function line(isDone: boolean, markup: string): string {
  return `<li><span>${isDone ? icon.done : icon.open}</span><div>${markup}</div></li>`;
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
  return `${other}${tablet}<h2>Steps</h2>
<ol class="steps">${steps.map(stepItem).join('')}</ol>
<h2>What can be read then</h2>
<ul>${limits.map((limit) => `<li>${escapeMarkup(limit)}</li>`).join('')}</ul>
${config}<details><summary><h2>Take it off again</h2></summary><ol class="steps">${removal.map(stepItem).join('')}</ol></details>`;
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

const icon = {
  done: '<svg width="16" height="16" viewBox="0 0 16 16" role="img" aria-label="done"><path d="M3 8.5l3.2 3.2L13 4.8" class="tick"/></svg>',
  open: '<svg width="16" height="16" viewBox="0 0 16 16" role="img" aria-label="to do"><circle cx="8" cy="8" r="5.5" class="ring"/></svg>',
} as const;

const style = `:root{color-scheme:light dark;--ink:#1b1d21;--dim:#555b66;--line:#c9cdd4;--back:#fff;--card:#f4f5f7;--accent:#0b5cad;--good:#17703a;--mark:#dbeafd}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaee;--dim:#a9b0bc;--line:#454b55;--back:#16181c;--card:#202329;--accent:#7db8f5;--good:#6fce93;--mark:#17375a}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:36rem;margin:0 auto;padding:1rem}h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}
p{margin:.4rem 0}ul{padding-left:1.2rem;margin:.4rem 0}li{margin:.35rem 0}small,dt{color:var(--dim)}a{color:var(--accent)}
.state,.choice{list-style:none;padding:0}.state li{display:flex;gap:.6rem;padding:.5rem .7rem;background:var(--card);border-radius:8px}.state span{flex:none;line-height:1.5rem}
.tick,.ring{fill:none;stroke:var(--good);stroke-width:2}.ring{stroke:var(--dim)}.steps{padding-left:1.4rem}.steps>li{margin:1.1rem 0}
.path{color:var(--dim);font-size:.95rem}.path b{color:var(--ink);font-weight:600}.path i{font-style:normal}
.button{display:inline-block;min-height:44px;padding:.6rem 1rem;margin:.3rem 0;border-radius:8px;background:var(--accent);color:var(--back);text-decoration:none;font-weight:600}
.file,.choice a{display:inline-block;padding:.5rem 0}.note{padding:.6rem .8rem;border-left:4px solid var(--accent);background:var(--card)}
pre{white-space:pre-wrap;background:var(--card);padding:.7rem;border-radius:8px;font:13px/1.5 ui-monospace,monospace}dl{margin:0}dt{margin-top:.4rem}dd{margin:0}.print{font:13px/1.5 ui-monospace,monospace}
summary{cursor:pointer;padding:.7rem 0}summary h2{display:inline}.screen{display:block;max-width:100%;height:auto;margin:.6rem 0;font-size:13px}
.screen text{fill:var(--ink)}.screen .frame{fill:var(--card);stroke:var(--line)}.screen .title{text-anchor:middle;font-weight:600}.screen .strong{font-weight:600}.screen .value{text-anchor:end;fill:var(--dim)}
.screen .mark{fill:var(--mark);stroke:var(--accent)}.screen .on{fill:var(--good)}.screen .knob{fill:var(--back)}.screen .next{fill:none;stroke:var(--dim);stroke-width:2}`;
