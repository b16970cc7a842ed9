// Quotes and boot log of the machine this process runs in. Node on Linux only.
export { readBootLog } from './read-boot-log.node.js';
export { readTsmQuote, type TsmQuoteOptions } from './read-tsm-quote.node.js';
export { type TsmTree, tsmTree } from './tsm-tree.node.js';
