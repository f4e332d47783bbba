/** The style sheet of the reader: one readable column, contents beside it where there is room, light and dark. */
export const readerStyle = `
:root { color-scheme: light dark; --text: #1f2933; --soft: #5d6b7a; --line: #e3e7ec; --code: #f4f6f8; --accent: #0b6e4f; --tint: #e7f4ee; --page: #fff; --bar: #fbfcfd; }
@media (prefers-color-scheme: dark) { :root { --text: #dfe5ec; --soft: #93a1b1; --line: #2c3541; --code: #1b222b; --accent: #5fd3a6; --tint: #17322a; --page: #12171d; --bar: #161c23; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.7 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif; }
:lang(zh) body, :lang(zh) input, :lang(zh) button { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", system-ui, sans-serif; }
.bar { position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; align-items: center; padding: 0.6rem 1.25rem; background: var(--bar); border-bottom: 1px solid var(--line); }
.home { display: inline-flex; gap: 0.5rem; align-items: center; font-weight: 650; color: var(--accent); text-decoration: none; letter-spacing: -0.01em; }
.bar form { display: flex; flex: 1; gap: 0.5rem; max-width: 36rem; margin-left: auto; }
.bar input { flex: 1; min-width: 0; height: 2.4rem; padding: 0 0.9rem; font: inherit; font-size: 16px; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 8px; }
.bar button { height: 2.4rem; padding: 0 1rem; font: inherit; font-size: 0.95rem; font-weight: 600; color: var(--page); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer; white-space: nowrap; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.page { max-width: 50rem; margin: 0 auto; padding: 2.25rem 1.25rem 6rem; }
.page.wide { display: grid; grid-template-columns: minmax(0, 46rem) 15rem; gap: 3.5rem; justify-content: center; max-width: 72rem; }
.page.wide main { grid-column: 1; grid-row: 1; min-width: 0; }
.contents { grid-column: 2; grid-row: 1; font-size: 0.85rem; line-height: 1.45; }
.contents details { position: sticky; top: 5rem; max-height: calc(100vh - 7rem); overflow-y: auto; }
.contents summary { padding: 0.2rem 0; font-weight: 650; color: var(--soft); cursor: pointer; list-style: none; }
.contents summary::-webkit-details-marker { display: none; }
.contents ol { margin: 0.4rem 0 0; padding: 0; list-style: none; border-left: 1px solid var(--line); }
.contents li a { display: block; padding: 0.25rem 0 0.25rem 0.9rem; margin-left: -1px; color: var(--soft); text-decoration: none; border-left: 2px solid transparent; overflow-wrap: anywhere; }
.contents li.level3 a { padding-left: 1.8rem; }
.contents li a:hover { color: var(--accent); border-left-color: var(--accent); }
main { overflow-wrap: anywhere; }
h1 { margin: 0.2rem 0 1.6rem; font-size: 1.9rem; line-height: 1.25; letter-spacing: -0.015em; text-wrap: balance; }
h2 { margin: 2.6rem 0 0.6rem; padding-top: 1.1rem; font-size: 1.28rem; line-height: 1.35; border-top: 1px solid var(--line); }
h3 { margin: 1.9rem 0 0.3rem; font-size: 1.06rem; }
h4, h5 { margin: 1.5rem 0 0.3rem; font-size: 0.98rem; }
h2, h3, h4, h5 { position: relative; }
h2:target, h3:target, h4:target, h5:target { color: var(--accent); }
.anchor { position: absolute; left: -1.1em; padding-right: 0.4em; color: var(--line); font-weight: 400; text-decoration: none; }
h2:hover .anchor, h3:hover .anchor, h4:hover .anchor { color: var(--accent); }
p, ul, ol, pre, table, blockquote { margin: 0.8rem 0; }
ul, ol { padding-left: 1.5rem; }
li { margin: 0.25rem 0; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
a.nowhere { color: inherit; text-decoration: none; }
.codes { margin: 0; }
.codes code { color: var(--accent); background: var(--tint); font-size: 0.8rem; padding: 0.2em 0.55em; border-radius: 999px; }
code { font: 0.87em/1.5 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; background: var(--code); border-radius: 4px; padding: 0.12em 0.36em; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 10px; padding: 0.9rem 1.1rem; overflow-x: auto; line-height: 1.5; }
pre code { display: block; width: max-content; min-width: 100%; background: none; padding: 0; overflow-wrap: normal; }
table { display: block; border-collapse: collapse; overflow-x: auto; font-size: 0.93rem; line-height: 1.5; }
th, td { border: 1px solid var(--line); padding: 0.45rem 0.75rem; text-align: left; vertical-align: top; overflow-wrap: normal; }
th { background: var(--code); font-weight: 650; }
blockquote { padding: 0.1rem 1.1rem; border-left: 3px solid var(--accent); color: var(--soft); }
section > hr:last-child { display: none; }
hr { height: 1px; margin: 2rem 0; border: 0; background: var(--line); }
img { max-width: 100%; height: auto; border-radius: 8px; }
.missing { display: inline-block; margin: 0.2rem 0.3rem 0.2rem 0; padding: 0.1rem 0.6rem; font-size: 0.82rem; color: var(--soft); border: 1px dashed var(--line); border-radius: 6px; }
.note { color: var(--soft); }
.hits { padding: 0; list-style: none; }
.hits li { position: relative; margin: 0; padding: 1rem 5.5rem 1rem 0; border-top: 1px solid var(--line); }
.hits li > a { font-weight: 600; font-size: 1.05rem; line-height: 1.4; text-decoration: none; }
.hits li > a:hover { text-decoration: underline; }
.hits li:not(.sure) > a { color: var(--text); }
.hits p { margin: 0.2rem 0 0; font-size: 0.9rem; }
.hits .where { color: var(--soft); }
.hits mark { display: inline-block; margin: 0.25rem 0.15rem 0 0; padding: 0 0.5em; font-size: 0.82rem; color: var(--soft); background: var(--code); border-radius: 999px; }
.hits meter { position: absolute; top: 1.35rem; right: 0; width: 4.25rem; height: 0.5rem; }
@media (max-width: 62rem) {
  .page.wide { display: block; max-width: 50rem; }
  .contents { margin-bottom: 1.5rem; padding: 0.6rem 1rem; background: var(--code); border-radius: 10px; }
  .contents details { position: static; max-height: 40vh; }
  .contents summary::after { content: " ▾"; }
  .anchor { display: none; }
}
@media (max-width: 34rem) {
  body { font-size: 16px; }
  .bar { gap: 0.6rem; padding: 0.5rem 0.75rem; }
  .home span { display: none; }
  .bar button { padding: 0 0.8rem; }
  .page { padding: 1.4rem 1rem 4rem; }
  h1 { font-size: 1.5rem; }
  .hits li { padding-right: 0; }
  .hits meter { position: static; display: block; margin-top: 0.5rem; }
}
@media print { .bar, .contents, .anchor { display: none; } .page.wide { display: block; } }
`;
