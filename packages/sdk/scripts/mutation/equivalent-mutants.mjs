// Which checks are defence in depth: no input can tell whether they are there, because something else refuses it too?

/** By file and the text of the check or of the part of its condition. Every entry says what else refuses. */
export const EQUIVALENT = [];
