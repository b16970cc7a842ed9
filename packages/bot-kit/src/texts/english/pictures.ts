// What is said about pictures?

export const PICTURES = {
  'pictures.what': 'What shall I do with it? You can also reply to the picture with a question.',
  'pictures.describe': 'Describe it',
  'pictures.read': 'Text in it',
  'pictures.opening': 'Opening the picture…',
  'error.picture': 'I can only read text, not pictures. Paste the text, or send a file with selectable text.',
} as const;
