/** The style sheet of the reader page: one column, system fonts, light and dark. */
export const readerStyle = `
:root { color-scheme: light dark; --text: #1d2430; --soft: #5b6675; --line: #dfe3e8; --code: #f3f5f7; --accent: #0b6e4f; --page: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e8ee; --soft: #9aa5b4; --line: #323a46; --code: #1e242d; --accent: #5fd3a6; --page: #14181e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.65 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0.25rem 0 1.5rem; letter-spacing: -0.01em; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.02rem; margin: 1.5rem 0 0.25rem; }
a { color: var(--accent); }
.codes { margin: 0; color: var(--soft); font-size: 0.85rem; }
code { font: 0.88em/1.5 ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace; background: var(--code); border-radius: 4px; padding: 0.1em 0.35em; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1rem; overflow-x: auto; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: 0.4rem 0.7rem; text-align: left; vertical-align: top; }
blockquote { margin: 1rem 0; padding: 0 1rem; border-left: 3px solid var(--accent); color: var(--soft); }
img { max-width: 100%; }
`;
