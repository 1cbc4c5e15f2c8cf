/** The look of the portal's pages: readable at 320 px, light and dark. */
export const portalStyle = `:root{color-scheme:light dark;--ink:#1b1d21;--dim:#555b66;--line:#c9cdd4;--back:#fff;--card:#f4f5f7;--accent:#0b5cad;--good:#17703a;--warn:#8a5300;--mark:#dbeafd}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaee;--dim:#a9b0bc;--line:#454b55;--back:#16181c;--card:#202329;--accent:#7db8f5;--good:#6fce93;--warn:#f0b45b;--mark:#17375a}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:36rem;margin:0 auto;padding:1rem}h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}
p{margin:.4rem 0}ul{padding-left:1.2rem;margin:.4rem 0}li{margin:.35rem 0}small,dt{color:var(--dim)}a{color:var(--accent)}
.state,.choice{list-style:none;padding:0}.state li{display:flex;gap:.6rem;padding:.5rem .7rem;background:var(--card);border-radius:8px}.state span{flex:none;line-height:1.5rem}
.tick,.ring,.warn{fill:none;stroke:var(--good);stroke-width:2}.ring{stroke:var(--dim)}.warn{stroke:var(--warn);stroke-width:1.6}.steps{padding-left:1.4rem}.steps>li{margin:1.1rem 0}.steps h2{font-size:1rem;margin:0}
.path{color:var(--dim);font-size:.95rem}.path b{color:var(--ink);font-weight:600}.path i{font-style:normal}
.button{display:inline-block;min-height:44px;padding:.6rem 1rem;margin:.3rem 0;border-radius:8px;background:var(--accent);color:var(--back);text-decoration:none;font-weight:600}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}input{font:1.1rem ui-monospace,monospace;min-height:44px;width:11rem;padding:.4rem .6rem;border:1px solid var(--dim);border-radius:8px;background:var(--back);color:var(--ink)}input[type=checkbox]{min-height:0;width:1.2rem;height:1.2rem;vertical-align:-.15rem}button{border:0;font:inherit;font-weight:600;cursor:pointer}.probe{position:absolute}.file,.choice a{display:inline-block;padding:.5rem 0}.note{padding:.6rem .8rem;border-left:4px solid var(--accent);background:var(--card)}
pre{white-space:pre-wrap;background:var(--card);padding:.7rem;border-radius:8px;font:13px/1.5 ui-monospace,monospace}dl{margin:0}dt{margin-top:.4rem}dd{margin:0}.print{font:13px/1.5 ui-monospace,monospace}
summary{cursor:pointer;padding:.7rem 0}summary h2{display:inline}.screen{display:block;max-width:100%;height:auto;margin:.6rem 0;font-size:13px}
.screen text{fill:var(--ink)}.screen .frame{fill:var(--card);stroke:var(--line)}.screen .title{text-anchor:middle;font-weight:600}.screen .strong{font-weight:600}.screen .value{text-anchor:end;fill:var(--dim)}
.screen .mark{fill:var(--mark);stroke:var(--accent)}.screen .on{fill:var(--good)}.screen .knob{fill:var(--back)}.screen .next{fill:none;stroke:var(--dim);stroke-width:2}`;
