/** Colours follow the reader's system; below 720 px a row of a table is a card of its own. */
export const style = `:root { --ink: #1c2128; --faint: #5a6472; --page: #fff; --card: #f5f7f9; --line: #d5dae0; --link: #0b5cad;
  --good: #1a6b34; --bad: #b3261e; --open: #8a5a00 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e7ec; --faint: #9aa5b1; --page: #14181d; --card: #1d232a; --line: #353d47; --link: #7ab7f5;
    --good: #6fcf8a; --bad: #ff8a80; --open: #f0b95a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 1100px; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.7rem; line-height: 1.2 }
h2 { font-size: 1.25rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
a { color: var(--link) }
.id { white-space: nowrap }
nav a { display: inline-block; padding: .35rem .7rem .35rem 0 }
code, pre { font: .88em/1.45 ui-monospace, monospace; overflow-wrap: anywhere }
pre { overflow-x: auto; background: var(--card); padding: .7rem; border-radius: 6px }
summary { cursor: pointer; color: var(--link); padding: .4rem 0 }
table { width: 100%; border-collapse: collapse; font-size: .92rem }
th { text-align: left; color: var(--faint); font-weight: 600 }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word }
.proved { color: var(--good) }
.broken { color: var(--bad); font-weight: 700 }
.partly-proved, .not-proved { color: var(--open); font-weight: 600 }
.rows { display: grid; gap: 1.1rem }
.row { display: flex; flex-wrap: wrap; gap: .6rem; justify-content: center; position: relative }
.row + .row::before { content: "↓"; position: absolute; top: -1.25rem; color: var(--faint) }
.box { border: 1px solid var(--line); background: var(--card); border-radius: 6px; padding: .4rem .7rem; min-width: 0 }
.box b, .box small { display: block; overflow-wrap: anywhere }
.box small { color: var(--faint) }
@media (max-width: 720px) {
  thead { display: none }
  table, tbody { display: block }
  tr { display: block; border: 1px solid var(--line); border-radius: 6px; background: var(--card); margin: 0 0 .7rem; padding: .3rem .7rem }
  td { display: grid; grid-template-columns: 6.2rem minmax(0, 1fr); gap: .6rem; border: 0; padding: .2rem 0 }
  td::before { content: attr(data-head); color: var(--faint); font-size: .85rem } }
@media print { details::details-content { content-visibility: visible } tr { break-inside: avoid } }`
