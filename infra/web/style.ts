// The one style sheet: light, dark, large type, narrow, print. A string, because the build carries no other files.

/** Contrast of every text on its ground is at least 4.5:1 in both schemes. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf7; --panel: #ffffff; --ink: #1d2124; --soft: #555c63; --line: #d8d4ca;
  --accent: #0b5a4a; --on-accent: #ffffff; --note: #fdf3d8; --note-ink: #5a4200; --bad: #a01c1c; --focus: #b35900;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15181a; --panel: #1d2124; --ink: #eceae4; --soft: #a9b0b6; --line: #3a4046;
    --accent: #6fd0b6; --on-accent: #0d201b; --note: #3a2f10; --note-ink: #f5dfa4; --bad: #ff9d94; --focus: #ffb35c;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font-size: 106.25%; -webkit-text-size-adjust: 100%; }
html.large { font-size: 137.5%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); line-height: 1.65; overflow-wrap: anywhere;
  font-family: system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif;
}
a { color: var(--accent); text-underline-offset: .2em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; top: 0; z-index: 1; padding: .6rem 1rem; background: var(--panel); }
.skip:focus { left: 0; }
header.site, main, footer.site, .notices { width: min(48rem, 100% - 2rem); margin: 0 auto; }
header.site {
  display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; align-items: baseline;
  padding-top: .8rem; padding-bottom: .8rem; border-bottom: 1px solid var(--line);
}
.brand { font-size: 1.3rem; font-weight: 700; text-decoration: none; color: var(--ink); }
.brand [lang='en'] { font-size: .8rem; font-weight: 500; color: var(--soft); }
header.site nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
header.site nav a, .pages a { display: inline-block; padding: .2rem 0; }
.notices { padding-top: .8rem; }
.notices p, .past {
  margin: 0 0 .4rem; padding: .5rem .8rem; background: var(--note); color: var(--note-ink);
  border-left: 4px solid currentColor; border-radius: 2px;
}
.past a { color: inherit; font-weight: 600; }
main { padding-top: 1rem; padding-bottom: 2rem; }
footer.site { padding-top: 1rem; padding-bottom: 2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .85rem; }
footer.site p { margin: .2rem 0; }
h1 { margin: .6rem 0 .5rem; font-size: 1.7rem; line-height: 1.3; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; line-height: 1.35; }
h3 { margin: 0 0 .4rem; font-size: 1rem; }
p { margin: .5rem 0; }
.lead { font-size: 1.05rem; }
.soft, .hint { color: var(--soft); }
.hint { margin: .3rem 0 0; font-size: .85rem; }
.code, code, pre { overflow-wrap: anywhere; font-family: ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace; font-size: .92em; }
pre { white-space: pre-wrap; padding: .8rem; background: var(--panel); border: 1px solid var(--line); }
form { margin: 1rem 0; }
label { display: block; margin-bottom: .3rem; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; }
input, button { font: inherit; min-height: 2.75rem; border-radius: 4px; }
input { padding: .4rem .7rem; border: 1px solid var(--soft); background: var(--panel); color: var(--ink); min-width: 0; max-width: 100%; }
.search input { flex: 1 1 14rem; }
button { padding: .4rem 1.4rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
.past-day label { font-weight: 400; color: var(--soft); }
.cards, .history, .relations, .source, .progress { list-style: none; margin: .6rem 0; padding: 0; }
.card { margin: 0 0 .7rem; padding: .8rem 1rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
.card p { margin: .15rem 0; }
.card-name { font-weight: 600; }
.why { font-size: .88rem; }
.status { font-weight: 700; white-space: nowrap; margin-right: .4rem; }
.status-registered { color: var(--accent); }
.status-deregistered { color: var(--soft); }
.status-revoked, .flag { color: var(--bad); }
.status-not_in_register { color: var(--note-ink); }
.headline { font-size: 1.05rem; }
table { width: 100%; border-collapse: collapse; }
th, td { overflow-wrap: break-word; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; }
thead th, time { white-space: nowrap; }
thead th, .rows th { color: var(--soft); font-weight: 500; }
.rows th { width: 32%; min-width: 6rem; }
progress { width: 8rem; max-width: 100%; accent-color: var(--accent); }
.progress li { display: flex; flex-wrap: wrap; gap: 0 .9rem; align-items: center; padding: .35rem 0; border-bottom: 1px solid var(--line); }
dl { margin: .5rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .8rem; }
.figures dd { font-weight: 600; }
.stated > div { display: flex; flex-wrap: wrap; gap: 0 .8rem; padding: .1rem 0; }
.stated dt { flex: 0 0 11rem; }
.stated dd { flex: 1 1 14rem; min-width: 0; }
del { color: var(--soft); }
.relations { font-size: .92rem; }
.source { display: flex; flex-wrap: wrap; gap: 0 1.2rem; font-size: .85rem; color: var(--soft); margin-bottom: 0; }
.pages { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
@media (max-width: 30rem) {
  h1 { font-size: 1.4rem; }
  .stated dt { flex-basis: 100%; }
  th, td { overflow-wrap: anywhere; }
  td { padding-right: 0; }
  .rows th { min-width: 6.2rem; font-size: .88em; }
  time { white-space: normal; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --panel: #fff; --ink: #000; --soft: #333; --line: #999; --accent: #000; --note: #fff; --note-ink: #000; --bad: #000; }
  @page { size: A4; margin: 18mm; }
  html, html.large { font-size: 10.5pt; }
  .skip, header.site nav, form, .past-day, .pages { display: none; }
  header.site, main, footer.site, .notices { width: auto; }
  .card, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  a { text-decoration: none; }
}
`;
