// What does the kit claim about the machines? Only what the report says.

export const TRUST = {
  'badge.checked': '🛡 Private · checked {time}',
  'badge.warned': '🛡 Private · see note',
  'badge.simulated': 'SIMULATED · nothing here is protected',
  'how.checked':
    'Your text went encrypted to a sealed computer (Intel TDX). Its software was compared with the network’s list at {time}. Details: /verify',
  'how.simulated': 'SIMULATED machines: this is a test, nothing is protected. Details: /verify',
  'card.title': 'Who can read what you send here',
  'card.simulated':
    'SIMULATED: these machines are made for tests. Anybody could have made them and read your text.',
  'card.self': 'This bot checked the proxy and the worker itself, before it sent anything.',
  'card.proxy': 'Proxy: passes sealed bytes on, cannot read them',
  'card.candidates': 'Workers that could open it: {count}',
  'card.answered': 'Worker that answered: {machine}',
  'card.machine':
    '{role} {machine}\n  software: {code}\n  platform: {platform}\n  keys: bound to the machine’s proof\n  valid until {until}',
  'card.model': 'Model: {model}',
  'card.rules': 'List of allowed software: {rules}',
  'card.declared': 'Not proven, only said by its operator: {what}',
  'card.at': 'Checked {at} UTC by this bot’s own copy of @cocoonkit/sdk',
  'card.notCovered': 'What this does not cover',
  'card.telegram': 'Telegram keeps this chat as a cloud chat.',
  'card.server': 'The bot’s own server (run by {operator}) handles the text in memory.',
  'card.export': 'Evidence file',
  'card.checking': 'Checking the machines now…',
  'card.file':
    'The evidence of {at}. Anyone can check it again, also years later: npx -p @cocoonkit/sdk cocoonkit report verify FILE',
  'card.failed': 'I could not confirm the server just now, so nothing would be sent. Reason: {code}',
} as const;
