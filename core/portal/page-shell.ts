import { portalStyle } from './portal-style.ts';

/** One page of the portal: `title` and `content` are markup. It asks for nothing else, not even for an icon. */
export function pageShell(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Plumbline${title === '' ? '' : `: ${title}`}</title>
<style>${portalStyle}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}
