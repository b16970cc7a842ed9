// How does systemd keep the trust domain running? (systemd.service and systemd.syntax manual pages)

export function systemdUnit(name: string, argv: readonly string[]): string {
  const [program = '', ...rest] = argv;
  const command = [`/usr/bin/${program}`, ...rest].map(quote).join(' ');
  return `[Unit]
Description=Trust domain ${name}
Wants=network-online.target
After=network-online.target qgsd.service

[Service]
ExecStart=${command}
Restart=on-failure
RestartSec=5
KillSignal=SIGTERM
TimeoutStopSec=60
LimitMEMLOCK=infinity
LimitCORE=0

[Install]
WantedBy=multi-user.target
`;
}

/** Double quotes with C escapes; % starts a specifier and $ a variable, each is written twice to mean itself. */
function quote(argument: string): string {
  const escaped = argument
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return `"${escaped}"`;
}
