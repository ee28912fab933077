const light = `
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d2126; --soft: #5b646e; --line: #e3e0d8; --code: #f4f2ec;
  --pass: #1a7a48; --fail: #bf2636; --warn: #9a6200; --unclear: #6a4bbd; --idle: #6d7680; --link: #1f5fa8;
  --shadow: 0 1px 2px rgb(0 0 0 / 5%), 0 6px 20px rgb(0 0 0 / 4%);`

const dark = `
  --paper: #14171a; --card: #1c2024; --ink: #e8e6e1; --soft: #a0a8b0; --line: #2f353b; --code: #15181b;
  --pass: #5cc68c; --fail: #ff7d87; --warn: #e5ac4d; --unclear: #b49cf5; --idle: #929ba4; --link: #7fb4f0;
  --shadow: none;`

/** The whole style of the page: system fonts, two themes, a phone's width, paper. */
export const style = `
:root { color-scheme: light; ${light} }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { color-scheme: dark; ${dark} } }
:root[data-theme=dark] { color-scheme: dark; ${dark} }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 68rem; padding: 2.5rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; padding: 0; }
h1 { font-size: clamp(1.7rem, 4.5vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; text-wrap: balance; }
h2 { font-size: 1.15rem; margin: 2.75rem 0 .9rem; display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; }
h2 small { font-weight: 400; font-size: .85rem; color: var(--soft); }
a { color: var(--link); }
code, pre, .id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .82rem; }
pre { margin: 0; padding: .75rem .9rem; background: var(--code); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; }
.eyebrow { color: var(--soft); font-size: .85rem; display: flex; justify-content: space-between; gap: 1rem; align-items: center; margin-bottom: 1rem; }
.lead { margin-top: .6rem; font-size: 1.05rem; color: var(--soft); overflow-wrap: anywhere; }
.lead strong { color: var(--ink); font-weight: 600; }
.PASS, .passed { --tone: var(--pass); } .FAIL, .failed { --tone: var(--fail); } .WARN, .slow { --tone: var(--warn); }
.INCONCLUSIVE, .inconclusive { --tone: var(--unclear); } .NOT-RUN { --tone: var(--idle); }
header h1 { color: var(--tone); }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); }
.partial { margin-top: 1.5rem; padding: .9rem 1.1rem; border-left: 5px solid var(--tone); }
.partial ul { margin-top: .3rem; padding-left: 1.1rem; color: var(--soft); font-size: .92rem; }
.share { display: block; width: 100%; height: 12px; margin: 1.75rem 0 .8rem; border-radius: 6px; }
.share rect, .dot { fill: var(--tone); background: var(--tone); }
.tally { display: flex; flex-wrap: wrap; gap: .5rem; }
.chip { font: inherit; font-size: .9rem; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 999px;
  padding: .35rem .85rem; display: inline-flex; align-items: center; gap: .5rem; }
button.chip { cursor: pointer; } button.chip[aria-pressed=false] { opacity: .45; }
button.chip:hover { border-color: var(--soft); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.chip b { font-variant-numeric: tabular-nums; } .dot { width: .65rem; height: .65rem; border-radius: 50%; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); overflow: hidden; margin-top: 1.5rem; }
.facts div { box-shadow: 0 0 0 .5px var(--line); padding: .8rem 1rem; min-width: 0; }
dt { font-size: .78rem; color: var(--soft); } dd { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
dd small { color: var(--soft); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.25rem; align-items: start; }
.stack { display: grid; gap: 1.25rem; }
.scroll { overflow-x: auto; padding: .4rem .2rem; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem .7rem; text-align: right; border-top: 1px solid var(--line); white-space: nowrap; }
tr:first-child > * { border-top: 0; } th:first-child, td:first-child { text-align: left; }
th { font-weight: 500; color: var(--soft); } td.some { color: var(--tone); font-weight: 650; } td.none { color: var(--line); }
.attention td { white-space: normal; vertical-align: baseline; } .attention td.wide { text-align: left; width: 100%; overflow-wrap: anywhere; } .attention small { color: var(--tone); } .attention td:first-child { white-space: nowrap; }
.tools { position: sticky; top: 0; z-index: 1; background: var(--paper); padding: .8rem 0; margin-top: 2.25rem; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; border-bottom: 1px solid var(--line); }
.tools input, .tools select { font: inherit; font-size: .95rem; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .45rem .7rem; min-width: 0; }
.tools input { flex: 1 1 12rem; } .tools output { color: var(--soft); font-size: .88rem; }
.check { border-top: 1px solid var(--line); } .check:first-of-type { border-top: 0; }
.check > summary { display: grid; grid-template-columns: 1.4rem 3.4rem minmax(0, 1fr) 5.5rem 7.5rem; gap: .6rem; align-items: baseline; padding: .6rem 1rem; cursor: pointer; list-style: none; }
.check > summary::-webkit-details-marker { display: none; }
.check > summary:hover { background: var(--code); }
.mark { color: var(--tone); font-weight: 700; text-align: center; } .id { color: var(--soft); }
.severity { font-size: .78rem; color: var(--soft); } .FAIL .severity { color: var(--tone); font-weight: 600; }
.time { font-size: .78rem; color: var(--soft); text-align: right; font-variant-numeric: tabular-nums; display: grid; grid-template-columns: 1fr 3.9rem; align-items: center; gap: .4rem; }
.bar { width: 100%; height: 5px; display: block; } .bar rect { fill: var(--soft); opacity: .55; }
.body { padding: .3rem 1rem 1.2rem 6.2rem; display: grid; gap: .9rem; }
.body > p, .why { color: var(--soft); font-size: .9rem; }
.finding { border-left: 3px solid var(--tone); padding-left: .9rem; display: grid; gap: .55rem; }
.finding dl { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: .2rem .6rem; font-size: .93rem; } .finding dt { font-size: .85rem; padding-top: .1rem; }
.finding dd.seen { color: var(--tone); font-weight: 600; }
details.more > summary { cursor: pointer; font-size: .85rem; color: var(--link); } details.more pre { margin-top: .4rem; }
.copy { float: right; margin: .45rem; font: inherit; font-size: .75rem; border: 1px solid var(--line); border-radius: 5px; background: var(--card); color: var(--soft); cursor: pointer; }
.fix { padding: .6rem .9rem; background: var(--code); border-radius: 6px; font-size: .93rem; }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem; }
[hidden], html:not(.js) .scripted { display: none !important; }
@media (max-width: 44rem) {
  body { padding: 1.25rem 1rem 3rem; }
  .check > summary { grid-template-columns: 1.2rem minmax(0, 1fr) auto; padding: .65rem .8rem; row-gap: .1rem; }
  .mark { grid-row: 1 / 3; } .promise { grid-column: 2 / 4; grid-row: 2; } .id { grid-column: 2; grid-row: 1; } .severity { grid-column: 3; grid-row: 1; } .time { display: none; }
  .body { padding: .2rem .8rem 1rem; }
  .finding dl { grid-template-columns: 1fr; gap: 0; }
  .tools { position: static; } table { font-size: .82rem; } th, td { padding: .35rem .4rem; } td:first-child { white-space: normal; }
}
@media print {
  :root, :root[data-theme] { color-scheme: light; ${light} }
  body { max-width: none; padding: 0; font-size: 11px; } .tools, .copy, .toggle { display: none !important; }
  .panel { box-shadow: none; } .check { break-inside: avoid; } pre { font-size: 9px; }
}
`
