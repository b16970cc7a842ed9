// Which ways of misbehaving does this request ask for?

/**
 * - `status-400|404|422|429|500|503` an error page that repeats the request, as real servers do
 * - `redirect` 307 to itself · `slow-headers` waits `delayMs` before the headers · `not-sse` answers plain JSON
 * - `cut` drops the connection after `after` events · `stall` goes silent there · `endless` never stops
 * - `no-done` · `no-finish` · `no-usage` · `no-continuous-usage` · `bad-usage` · `bloated-usage` leave out or spoil the end
 * - `garbage` half a JSON object · `not-a-chunk` JSON that is no chunk · `error-event` an error object mid-stream
 * - `invalid-utf8` a payload that is not text · `giant` one event of `giantBytes` · `giant-line` a line that never ends
 * - `crlf` · `cr` line ends · `comments` keep-alive comments · `multiline` one event over several data lines · `bom`
 * - `embed-missing|twice|ragged|text|giant` spoil the vectors of embeddings · `not-json` calls them HTML
 * - `split` every byte in a packet of its own · `ignore-cap` takes no notice of max_tokens · `abort-finish`
 */
export function faultsOf(body) {
  const settings = typeof body.x_fake === 'object' && body.x_fake !== null ? body.x_fake : {};
  const fromModel = typeof body.model === 'string' ? body.model.split('+').slice(1) : [];
  const names = new Set([...fromModel, ...(Array.isArray(settings.faults) ? settings.faults : [])]);
  return { has: (name) => names.has(name), settings };
}
