// What does a person read when something went wrong? One sentence and one next step each.

export const ERRORS = {
  'error.notConfirmed':
    'I could not confirm that the server is genuine, so I sent nothing. Try again in a few minutes.',
  'error.network': 'I could not reach the server. Your text is not lost: press Again in a minute.',
  'error.stopped':
    'The model stopped in the middle. What you see is what arrived. Press Again to try once more.',
  'error.funds':
    'This bot has run out of paid time with its server. Its operator has to top it up: {contact}',
  'error.tooLong': 'This is more than the model can read at once. Send a shorter text or a part of it.',
  'error.notWithThisModel': 'The model this bot uses cannot do that.',
  'error.refused': 'The server refused this request. Try to say it differently.',
  'error.untrusted': 'The answer did not match its proof, so I threw it away. Try again in a minute.',
  'error.timeout': 'This took too long, so I stopped. Try a shorter text.',
  'error.bot': 'Something in this bot is not set up right. Its operator can help: {contact}',
  'error.hook':
    'Something the operator added to this bot did not work, so I stopped. They can help: {contact}',
  'error.byRules': 'The rules of this bot do not allow that.',
  'error.unexpected': 'Something went wrong on my side. Try again; if it stays, tell the operator: {contact}',
  'error.code': 'Code: {code}',
  'error.today': 'Today’s limit is used up. It starts again at 00:00 UTC.',
  'error.tooFast': 'That is a lot at once. Wait a minute, then send the next one.',
  'error.queueFull': 'Too many people are asking right now. Try again in a few minutes.',
  'error.storage':
    'I cannot keep track of requests right now, so I sent nothing. Try again in a few minutes.',
  'error.notAllowed': 'This bot answers only people its operator has let in: {contact}',
  'error.oldButton': 'This button is too old. Send it again.',
  'error.notYours': 'Only the person who asked can use this button.',
  'error.documentTooBig':
    '{size}. Telegram lets bots open files up to {limit}. Send a smaller one or paste the text.',
  'error.documentTooLong': 'This is more than I can read at once ({limit}). Send a part of it.',
  'error.pages': '{count} {count|page|pages}',
  'error.characters': '{count} {count|character|characters}',
  'error.documentEncrypted':
    'This file is locked. Save it without a password and send it again. Never send me a password.',
  'error.documentScanned':
    'These pages are pictures of text, and I can only read text. Send a version with selectable text.',
  'error.documentUnreadable':
    'I could not open this file: it seems to be damaged or cut off. Save it again and send the new one.',
  'error.documentUnsupported':
    'I cannot open this kind of file. PDF, Word, PowerPoint, Excel, ODT, EPUB, web pages and text files work.',
  'error.documentEmpty': 'There is no text in it, so there is nothing to read.',
  'error.documentBomb': 'This file unpacks to far more than it should, so I did not open it.',
  'error.documentTimeout': 'Reading this file took too long, so I stopped. Send a part of it.',
  'error.linkRefused': 'I can only open public https pages. Paste the text instead.',
  'error.linkFailed':
    'I could not open that page. It may need a login, or be too big. Paste the text instead.',
  'error.fileNotFetched': 'Telegram did not give me the file. Send it again.',
  'error.noAudio': 'I can’t listen to audio yet. Send text or a file.',
  'error.audioFailed': 'I could not turn this into text. Send it again, or send text.',
  'error.audioTooLong':
    'This is longer than I can listen to ({limit} {limit|minute|minutes}). Send a shorter one.',
  'error.nothingToDo': 'Send or reply to the text you mean, then I can work on it.',
  'error.openDocument': 'There is no open document. Send one first.',
  'error.forgotten': 'I do not remember that any more. Send it again.',
  'error.groupOff': 'An admin of this group has not switched this on.',
  'error.onlyAdmins': 'Only admins of this group can do that.',
  'error.privateOnly': 'This works in a private chat with me.',
} as const;
