/** One stylesheet for every page of the simulated sign-in, light and dark. */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#f5f5f4;--card:#fff;--ink:#1c1917;--quiet:#57534e;--line:#d6d3d1;--accent:#1d4ed8;--on-accent:#fff;--bad:#b91c1c}
@media (prefers-color-scheme:dark){:root{--ground:#0c0a09;--card:#1c1917;--ink:#fafaf9;--quiet:#a8a29e;--line:#44403c;--accent:#93b4ff;--on-accent:#0c0a09;--bad:#fca5a5}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-content:center;gap:1rem;padding:1rem;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{width:min(30rem,calc(100vw - 2rem));background:var(--card);border:1px solid var(--line);border-radius:12px;padding:2rem}
footer{width:min(30rem,calc(100vw - 2rem));font-size:12px;color:var(--quiet)}
h1{font-size:1.375rem;line-height:1.25;font-weight:600;letter-spacing:-.01em;margin:0}
p{margin:0}.tenant{font-size:13px;color:var(--quiet);margin-bottom:.75rem}.lead{color:var(--quiet);margin-top:.25rem}.small{font-size:13px;color:var(--quiet)}
ul{list-style:none;margin:1.25rem 0;padding:0;display:grid;gap:.5rem}
button{font:inherit;color:inherit;cursor:pointer}
button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
li>button{width:100%;display:flex;gap:.75rem;align-items:flex-start;text-align:left;padding:.75rem;background:none;border:1px solid var(--line);border-radius:8px}
li>button:hover{border-color:var(--accent)}
.avatar{flex:none;width:2.25rem;height:2.25rem;border-radius:50%;display:grid;place-content:center;font-size:13px;font-weight:600;border:1px solid var(--line)}
.person{flex:1;min-width:0;display:grid}.name{font-weight:600}.upn,.note{font-size:13px;color:var(--quiet);overflow-wrap:anywhere}
.role{flex:none;font-size:12px;border:1px solid var(--line);border-radius:99px;padding:.1rem .6rem;color:var(--quiet)}
.permission{display:grid;border:1px solid var(--line);border-radius:8px;padding:.75rem}
.decide{display:flex;justify-content:flex-end;gap:.5rem;margin-top:1.25rem}
.plain,.primary{border:1px solid var(--line);border-radius:8px;padding:.5rem 1rem;background:none}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.error{margin-top:1rem;color:var(--bad);overflow-wrap:anywhere}
`;
