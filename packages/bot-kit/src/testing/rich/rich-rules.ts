// Which fields may each part of a rich message have? As @grammyjs/types 5.0.0 (rich.d.ts) and core.telegram.org/bots/api#inputrichmessage say.

export type FieldKind =
  | 'text'
  | 'blocks'
  | 'items'
  | 'cells'
  | 'caption'
  | 'button'
  | 'buttons'
  | 'media'
  | 'object'
  | 'string'
  | 'name'
  | 'url'
  | 'integer'
  | 'true'
  /** One of these. */
  | readonly (string | number)[];

/** `!` at the end of a name: required. */
export type Fields = Readonly<Record<string, FieldKind>>;

const SIDES = ['left', 'center', 'right'] as const;
const STYLED: Fields = { 'text!': 'text' };

export const RICH_TEXTS: Readonly<Record<string, Fields>> = {
  bold: STYLED,
  italic: STYLED,
  underline: STYLED,
  strikethrough: STYLED,
  spoiler: STYLED,
  subscript: STYLED,
  superscript: STYLED,
  marked: STYLED,
  code: STYLED,
  date_time: { ...STYLED, 'unix_time!': 'integer', 'date_time_format!': 'string' },
  text_mention: { ...STYLED, 'user!': 'object' },
  custom_emoji: { 'custom_emoji_id!': 'name', 'alternative_text!': 'string' },
  mathematical_expression: { 'expression!': 'string' },
  url: { ...STYLED, 'url!': 'url' },
  email_address: { ...STYLED, 'email_address!': 'name' },
  phone_number: { ...STYLED, 'phone_number!': 'name' },
  bank_card_number: { ...STYLED, 'bank_card_number!': 'name' },
  mention: { ...STYLED, 'username!': 'name' },
  hashtag: { ...STYLED, 'hashtag!': 'name' },
  cashtag: { ...STYLED, 'cashtag!': 'name' },
  bot_command: { ...STYLED, 'bot_command!': 'name' },
  button: { 'button!': 'button' },
  anchor: { 'name!': 'name' },
  anchor_link: { ...STYLED, 'anchor_name!': 'string' },
  reference: { ...STYLED, 'name!': 'name' },
  reference_link: { ...STYLED, 'reference_name!': 'name' },
};

const media = (kind: string): Fields => ({ [`${kind}!`]: 'media', caption: 'caption' });

export const RICH_BLOCKS: Readonly<Record<string, Fields>> = {
  paragraph: STYLED,
  heading: { ...STYLED, 'size!': [1, 2, 3, 4, 5, 6] },
  pre: { ...STYLED, language: 'string' },
  footer: STYLED,
  divider: {},
  mathematical_expression: { 'expression!': 'string' },
  anchor: { 'name!': 'name' },
  list: { 'items!': 'items' },
  blockquote: { 'blocks!': 'blocks', credit: 'text' },
  expandable_blockquote: { ...STYLED, credit: 'text' },
  pullquote: { ...STYLED, credit: 'text' },
  collage: { 'blocks!': 'blocks', caption: 'caption' },
  slideshow: { 'blocks!': 'blocks', caption: 'caption' },
  table: { 'cells!': 'cells', is_bordered: 'true', is_striped: 'true', is_compact: 'true', caption: 'text' },
  details: { 'summary!': 'text', 'blocks!': 'blocks', is_open: 'true' },
  map: {
    'location!': 'object',
    'zoom!': 'integer',
    'width!': 'integer',
    'height!': 'integer',
    caption: 'caption',
  },
  animation: media('animation'),
  audio: media('audio'),
  document: media('document'),
  photo: media('photo'),
  video: media('video'),
  voice_note: media('voice_note'),
  buttons: { 'buttons!': 'buttons', align: SIDES },
  thinking: STYLED,
};

export const RICH_ITEM: Fields = {
  'blocks!': 'blocks',
  has_checkbox: 'true',
  is_checked: 'true',
  value: 'integer',
  type: ['a', 'A', 'i', 'I', '1'],
};

export const RICH_CELL: Fields = {
  text: 'text',
  is_header: 'true',
  colspan: 'integer',
  rowspan: 'integer',
  'align!': SIDES,
  'valign!': ['top', 'middle', 'bottom'],
};

export const RICH_CAPTION: Fields = { 'text!': 'text', credit: 'text' };

export const RICH_MESSAGE = ['blocks', 'html', 'markdown', 'media', 'is_rtl', 'skip_entity_detection'];
