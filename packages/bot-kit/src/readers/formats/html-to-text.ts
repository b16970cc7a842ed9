// What does a page say to somebody who looks at it? Hidden elements, scripts and menus of the browser say nothing.

/** The part of a parsed page that is used here. */
export interface HtmlNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly firstChild: HtmlNode | null;
  readonly nextSibling: HtmlNode | null;
  readonly parentNode: HtmlNode | null;
  getAttribute?(name: string): string | null;
}

const TEXT = 3;
const ELEMENT = 1;
const DOCUMENT = 9;
const SILENT = new Set([
  'SCRIPT',
  'STYLE',
  'NOSCRIPT',
  'TEMPLATE',
  'TITLE',
  'SVG',
  'MATH',
  'IFRAME',
  'OBJECT',
  'AUDIO',
  'VIDEO',
  'CANVAS',
  'SELECT',
  'BUTTON',
  'TEXTAREA',
]);
const BLOCKS = new Set([
  'P',
  'DIV',
  'SECTION',
  'ARTICLE',
  'MAIN',
  'HEADER',
  'FOOTER',
  'ASIDE',
  'NAV',
  'UL',
  'OL',
  'DL',
  'DD',
  'DT',
  'TABLE',
  'BLOCKQUOTE',
  'FIGURE',
  'FIGCAPTION',
  'PRE',
  'FORM',
  'ADDRESS',
  'BODY',
  'HR',
]);

/** Walks the page without recursion: hostile pages are nested a hundred thousand deep. `reserve` stops what grows too long. */
export function htmlToText(root: HtmlNode, reserve: (length: number) => void): string {
  let text = '';
  let pre = 0;
  const add = (piece: string): void => {
    reserve(text.length + piece.length);
    text += piece;
  };
  let node: HtmlNode | null = root;
  while (node !== null) {
    const name = node.nodeName.toUpperCase();
    if (node.nodeType === TEXT) {
      const content = node.textContent ?? '';
      add(pre > 0 ? content : content.replace(/\s+/g, ' '));
    } else if (node.nodeType === DOCUMENT || (node.nodeType === ELEMENT && !isSilent(node, name))) {
      add(opening(name));
      if (name === 'PRE') pre++;
      if (node.firstChild !== null) {
        node = node.firstChild;
        continue;
      }
      add(closing(name));
      if (name === 'PRE') pre--;
    }
    while (node !== null && node !== root && node.nextSibling === null) {
      node = node.parentNode;
      const parent = node?.nodeName.toUpperCase() ?? '';
      if (node !== null) add(closing(parent));
      if (parent === 'PRE') pre--;
    }
    node = node === root || node === null ? null : node.nextSibling;
  }
  return text.replace(/[^\S\n]*\n[^\S\n]*/g, '\n').replace(/[ |]*\|[ |]*$/gm, '');
}

function isSilent(node: HtmlNode, name: string): boolean {
  if (SILENT.has(name)) return true;
  const attribute = (key: string): string | null => node.getAttribute?.(key) ?? null;
  if (attribute('hidden') !== null || attribute('aria-hidden') === 'true') return true;
  const style = attribute('style');
  return (
    style !== null &&
    /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])/i.test(
      style,
    )
  );
}

function opening(name: string): string {
  if (/^H[1-6]$/.test(name)) return `\n\n${'#'.repeat(Number(name[1]))} `;
  if (name === 'LI') return '\n- ';
  if (name === 'BR') return '\n';
  return BLOCKS.has(name) ? '\n\n' : '';
}

function closing(name: string): string {
  if (name === 'TD' || name === 'TH') return ' | ';
  if (name === 'TR') return '\n';
  return BLOCKS.has(name) || /^H[1-6]$/.test(name) ? '\n\n' : '';
}
