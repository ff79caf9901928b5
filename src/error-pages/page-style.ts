/** The style of every error page: light and dark as the reader has it. */
export const PAGE_STYLE: string = `
:root{color-scheme:light dark;--ground:#f6f7fb;--card:#fff;--ink:#1b1f2a;--soft:#5d6579;--line:#e3e6ef;--accent:#1f4fd8;--glow:#ffc93c}
@media(prefers-color-scheme:dark){:root{--ground:#0f1320;--card:#181e30;--ink:#eef1fa;--soft:#9aa4bd;--line:#2a3248;--accent:#8fb0ff;--glow:#ffc93c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:1.5rem;padding:2rem 1rem;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}
main,section{width:100%;max-width:40rem;background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:2.5rem;overflow-wrap:anywhere}
main{border-top:.3rem solid var(--glow)}
section{max-width:64rem;padding:1.5rem 2.5rem}
.status{margin:0;font-size:5rem;font-weight:800;line-height:1;letter-spacing:-.04em;color:var(--accent)}
h1{margin:.5rem 0 1rem;font-size:1.6rem;line-height:1.25}
h2{margin:1.5rem 0 .5rem;font-size:1.1rem}
.message{margin:0 0 1.25rem;white-space:pre-line}
.request,.hint{color:var(--soft);font-size:.875rem}
a{color:var(--accent)}
code,pre,td{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875rem}
table{width:100%;margin:0 0 1.25rem;border-collapse:collapse}
th,td{padding:.4rem .75rem .4rem 0;border-top:1px solid var(--line);text-align:left;vertical-align:top}
th{width:12rem;color:var(--soft);font-weight:500}
pre{overflow:auto;padding:1rem;border:1px solid var(--line);border-radius:.5rem;background:var(--ground)}
summary{cursor:pointer;font-weight:600}
`.replaceAll("\n", "");
