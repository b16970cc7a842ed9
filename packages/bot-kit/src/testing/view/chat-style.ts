// How does the chat page look? One style sheet, light and dark, without fonts or pictures from elsewhere.

export const CHAT_STYLE = `
:root{--bg:#dfe7ee;--panel:#fff;--in:#fff;--out:#e3f6d5;--ink:#17212b;--soft:#708499;--accent:#2f80c2;--line:#e4e9ee;--key:#ffffffd9;--code:#f1f4f7}
@media(prefers-color-scheme:dark){:root{--bg:#0e1621;--panel:#17212b;--in:#1f2c3a;--out:#2b5278;--ink:#f3f6f9;--soft:#8fa3b5;--accent:#6cb6f2;--line:#0b121a;--key:#223244e6;--code:#131d28}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:720px;min-height:100vh;display:flex;flex-direction:column;background:var(--bg);color:var(--ink);font:15px/1.42 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Color Emoji",sans-serif}
header{position:sticky;top:0;display:flex;align-items:center;gap:12px;padding:10px 16px;background:var(--panel);border-bottom:1px solid var(--line);z-index:1}
.avatar{width:40px;height:40px;border-radius:50%;display:grid;place-items:center;color:#fff;font-weight:600;font-size:18px;background:linear-gradient(#6cb6f2,#2f80c2)}
.name{font-weight:600}.kind{color:var(--soft);font-size:13px}
.label{margin-left:auto;font-size:12px;color:var(--soft);border:1px solid currentColor;border-radius:10px;padding:2px 9px;white-space:nowrap}
main{flex:1;padding:16px 14px;display:flex;flex-direction:column;gap:10px}
.msg{max-width:84%;align-self:flex-start;min-width:120px}.msg.out{align-self:flex-end}.msg.same{margin-top:-6px}
.bubble{background:var(--in);border-radius:14px 14px 14px 5px;padding:7px 12px 5px;box-shadow:0 1px 1.5px #00000022;overflow-wrap:anywhere}
.out .bubble{background:var(--out);border-radius:14px 14px 5px 14px}
.text{white-space:pre-wrap}.from{color:var(--accent);font-weight:600;font-size:14px}
.meta{font-size:11.5px;color:var(--soft);text-align:right;margin-top:1px}.out .meta{color:#5da352}
@media(prefers-color-scheme:dark){.out .meta{color:#9fc3e4}}
.only,.forward{font-size:13px;color:var(--accent)}
.reply{border-left:3px solid var(--accent);background:color-mix(in srgb,var(--accent) 9%,transparent);border-radius:4px;padding:3px 8px;margin:2px 0 5px;font-size:13.5px}
.reply b{color:var(--accent)}.reply div{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;max-width:340px}
.file{display:flex;gap:11px;align-items:center;padding:4px 0}
.icon{width:46px;height:46px;border-radius:10px;background:var(--accent);color:#fff;display:grid;place-items:center;font-size:12px;font-weight:700;text-transform:uppercase;flex:none}
.filename{font-weight:600}.size,.invoice div{color:var(--soft);font-size:13px}
.attachment{padding:2px 0}
a,.link{color:var(--accent);text-decoration:none}
code,pre{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13.5px;background:var(--code);border-radius:5px}
code{padding:1px 4px;color:var(--accent)}pre{margin:5px 0;padding:8px 10px;overflow-x:auto;white-space:pre-wrap;border-left:3px solid var(--accent)}
.lang{display:block;color:var(--accent);font-weight:600;font-size:12px;margin-bottom:3px}
blockquote{margin:4px 0;padding:3px 9px;border-left:3px solid var(--accent);background:color-mix(in srgb,var(--accent) 9%,transparent);border-radius:4px}
.spoiler{background:var(--soft);color:transparent;border-radius:3px}
.keys{display:flex;flex-direction:column;gap:4px;margin-top:4px}.row{display:flex;gap:4px}
.key{flex:1;text-align:center;padding:7px 10px;border-radius:9px;background:var(--key);color:var(--accent);font-weight:500;font-size:14px;box-shadow:0 1px 1px #00000018}
.key.danger{color:#d14b41}.key.success{color:#3a9d4c}.key.off{opacity:.5}
.draft .bubble{border:1px dashed color-mix(in srgb,var(--accent) 55%,transparent)}
.thinking{color:var(--soft)}.caret{display:inline-block;width:2px;height:1.05em;background:var(--accent);vertical-align:-2px;margin-left:2px}
.reactions span{display:inline-block;background:color-mix(in srgb,var(--accent) 14%,transparent);border-radius:12px;padding:1px 8px;margin:3px 4px 0 0}
.service{align-self:center;background:#00000038;color:#fff;border-radius:12px;padding:3px 11px;font-size:13px}
footer{background:var(--panel);border-top:1px solid var(--line);padding:10px 16px}.input{color:var(--soft)}
footer .key{background:var(--code)}
.rich{white-space:normal}.rich p,.rich h1,.rich h2,.rich h3,.rich h4,.rich h5,.rich h6,.rich ul,.rich ol,.rich table{margin:.4em 0}.rich p{white-space:pre-wrap}
.rich h1{font-size:1.3em}.rich h2{font-size:1.2em}.rich h3{font-size:1.1em}.rich h4,.rich h5,.rich h6{font-size:1em}.rich ul,.rich ol{padding-left:1.4em}.rich li>p{margin:0}
.rich table{border-collapse:collapse}.rich th,.rich td{border:1px solid var(--soft);padding:3px 8px}
`;
