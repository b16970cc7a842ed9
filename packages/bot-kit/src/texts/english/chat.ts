// What does the conversation itself say?

export const CHAT = {
  'chat.about': '💬 Ask me anything',
  'chat.new': 'New conversation. I have forgotten the last one.',
  'chat.command.new': 'Start a new conversation',
  'chat.forgot': 'Our conversation got long, so I no longer see its beginning. /new starts afresh.',
  'chat.kept': 'the last turns of our conversation',
  'chat.cannot':
    'This bot’s model only picks sentences out of texts; it cannot talk. Send a document or a long text, then ask about it.',
} as const;
