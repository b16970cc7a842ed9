// What does a person see who opens the proxy's address? One page without scripts, cookies or anything loaded from elsewhere.
import { createHash } from 'node:crypto';
import type { MeasurementStatus, ModelStatus, NetworkStatus } from './network-status.js';

const STYLE = `
:root{color-scheme:light dark;--ink:#1a1d21;--dim:#5b636d;--paper:#fbfbfa;--card:#fff;--line:#e3e4e1;--warn:#8a4b00;--warnpaper:#fff3e0;--bar:#2f6f5e;--rest:#dfe6e2}
@media(prefers-color-scheme:dark){:root{--ink:#e9eaec;--dim:#9aa3ad;--paper:#14171a;--card:#1c2024;--line:#2d3237;--warn:#ffc98a;--warnpaper:#3a2a14;--bar:#6cc3a6;--rest:#2c3a35}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:56rem;margin:0 auto;padding:2rem 1rem 3rem}
h1{font-size:1.5rem;margin:0}
h2{font-size:1.1rem;margin:2.2rem 0 .7rem}
p{margin:.4rem 0}
.dim{color:var(--dim)}
.warn{background:var(--warnpaper);color:var(--warn);border-radius:.5rem;padding:.7rem 1rem;margin:1rem 0;font-weight:600}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:1rem;padding:0;margin:0;list-style:none}
.cards li{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem}
.name{font-weight:600;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:auto 1fr;gap:.15rem .8rem;margin:.6rem 0 0}
dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere}
.bar{display:block;width:100%;height:.4rem;border-radius:.2rem;background:var(--rest);margin:.7rem 0 0}
.bar rect{fill:var(--bar)}
.tag{display:inline-block;border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;margin:.3rem .3rem 0 0;font-size:.85rem}
details{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem 1rem;margin:.6rem 0}
summary{cursor:pointer;overflow-wrap:anywhere}
code{font:.8rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere}
`;

/** Nothing but this one style: no script, no image, no connection. */
export const STATUS_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function renderStatusPage(status: NetworkStatus): string {
  const { models, measurements } = status;
  const workers = models.reduce((sum, { workers: count }) => sum + count, 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cocoon proxy ${escapeHtml(status.replica)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Cocoon proxy</h1>
<p class="dim">Replica <code>${escapeHtml(status.replica)}</code> on network <code>${escapeHtml(status.network)}</code>, as of <time>${escapeHtml(status.at)}</time></p>
${status.simulated ? '<p class="warn">SIMULATED TDX: a development network. Its machines are not confidential.</p>' : ''}
${status.status === 'draining' ? '<p class="warn">Draining: this replica is about to stop and takes nothing new.</p>' : ''}
<p>This proxy routes sealed requests. It cannot read them. What it says here is its own word: clients verify every machine themselves.</p>
<h2>Models (${models.length}), workers (${workers})</h2>
${models.length === 0 ? '<p class="dim">No worker is connected.</p>' : `<ul class="cards">${models.map(modelCard).join('')}</ul>`}
<h2>Measurements the registry allows</h2>
${measurements.map(measurementBlock).join('')}
<h2>Money</h2>
<p>Charges are booked in ${status.ledger === 'memory' ? 'memory only and lost at a restart' : 'a durable ledger'}; ledger only, no chain yet.</p>
<p class="dim">The same as data: <a href="/status.json">/status.json</a></p>
</main>
</body>
</html>
`;
}

function modelCard(model: ModelStatus): string {
  const busy = model.slots === 0 ? 0 : Math.min(1, model.running / model.slots);
  return `<li>
<div class="name">${escapeHtml(model.model)}</div>
<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label="${Math.round(busy * 100)} percent busy"><rect width="${(busy * 100).toFixed(1)}" height="1"/></svg>
<dl>
<dt>Workers</dt><dd>${model.workers} verified</dd>
<dt>Load</dt><dd>${model.running} of ${model.slots} slots</dd>
<dt>Context</dt><dd>${model.maxContext.toLocaleString('en')} tokens</dd>
<dt>Prompt</dt><dd>${prices(model.promptPrice)}</dd>
<dt>Answer</dt><dd>${prices(model.completionPrice)}</dd>
</dl>
<div>${model.features.map((feature) => `<span class="tag">${escapeHtml(feature)}</span>`).join('')}</div>
</li>`;
}

function prices([low, high]: readonly [number, number]): string {
  const text = (ton: number): string => ton.toLocaleString('en', { maximumSignificantDigits: 4 });
  return `${low === high ? text(low) : `${text(low)} to ${text(high)}`} TON a million tokens`;
}

function measurementBlock({ role, name, registers, since }: MeasurementStatus): string {
  const rows = Object.entries(registers).map(
    ([register, values]) =>
      `<dt>${escapeHtml(register)}</dt><dd>${values.map((value) => `<code>${escapeHtml(value)}</code>`).join('<br>')}</dd>`,
  );
  return `<details><summary>${escapeHtml(role)}: ${escapeHtml(name)} <span class="dim">seen since ${escapeHtml(since.slice(0, 10))}</span></summary><dl>${rows.join('')}</dl></details>`;
}

/** Model names and rule names come from other people. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
