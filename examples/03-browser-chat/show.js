// How are proof, bill and failure shown? Text nodes only: nothing an answer holds is ever markup.

const element = (id) => document.getElementById(id);

function row(...cells) {
  const tr = document.createElement('tr');
  for (const cell of cells) tr.appendChild(document.createElement('td')).textContent = cell;
  return tr;
}

export function showReport(report) {
  element('simulated').hidden = !report.simulated;
  const failed = report.lines.filter((line) => !line.passed).length;
  element('summary').textContent =
    `${report.simulated ? 'SIMULATED TDX. ' : ''}Sealed to ${report.candidates} machine(s) on ${report.network}; ` +
    `${report.lines.length} checks, ${failed === 0 ? 'all passed' : `${failed} FAILED`}.`;
  element('checks').replaceChildren(
    ...report.lines.map((line) =>
      row(`${line.machine}: ${line.check}`, `${line.passed ? '✓' : '✗'} ${line.actual}`, line.basis),
    ),
  );
  element('limits').replaceChildren(
    ...report.notCovered.map((text) => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    }),
  );
}

export function showReceipt({ receipt, private: { usage }, cost }) {
  const facts = [
    ['Prompt tokens', usage.prompt],
    ['Completion tokens', usage.completion],
    ['Charged tokens', receipt.tokens],
    ['Cost', `${cost.client} nanoTON (${cost.worker} worker, ${cost.proxy} proxy)`],
    ['Finish', receipt.finish],
  ];
  element('receipt').replaceChildren(
    ...facts.flatMap(([name, value]) => {
      const dt = document.createElement('dt');
      dt.textContent = name;
      const dd = document.createElement('dd');
      dd.textContent = String(value);
      return [dt, dd];
    }),
  );
  element('receipt').hidden = false;
}

/** What happened and what to do. An error from the path is named as such and never shown as an answer. */
export function showError(error) {
  if (error === undefined) return 'Something went wrong in this page.';
  const origin = error.authenticated ? '' : ' (reported by the network, unproven)';
  return `${error.message}${origin} ${error.remedy} [${error.code}]`;
}
