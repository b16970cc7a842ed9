// Which words ask for what, in the languages the engine is measured in?

/** Words that ask for a summary wherever they stand in an instruction. */
export const ASKS_SUMMARY =
  /summari[sz]|\btl;? ?dr\b|key (?:points|sentences)|zusammenfass|fasse?\b.*\bzusammen|kernaussagen|résum|resum[eai]|resúm|riassum|резюмируй|кратко|краткое содержание|перескажи|суммируй|要約|まとめて|总结|總結|摘要|概括|요약|لخص|تلخيص|ملخص|özet|खुलासा|सारांश/iu;

/** A line that only names a summary may be a heading of the text; with a colon at its end it is an instruction. */
export const NAMES_SUMMARY =
  /^(?:summary|zusammenfassung|résumé|resumen|резюме|要約|总结|摘要|요약|ملخص)\s*[:：]$/iu;

/** Words that ask for quotations. */
export const ASKS_QUOTE =
  /^(?:please )?quote\b|\bquotes? (?:the|from|about)\b|zitiere|^cite[zr]?\b|^cita\b|процитируй|найди цитат|引用して|引用[：:]|摘录|인용|اقتبس/iu;

/** Words that ask to find places. */
export const ASKS_SEARCH =
  /^(?:please )?(?:find|search|look for)\b|^(?:finde?|suche?)\b|^(?:cherche|trouve)[zr]?\b|^(?:busca|encuentra)r?\b|^(?:найди|найти|поиск)|探して|検索|查找|搜索|^찾아|ابحث/iu;

/** Work no sentence picker can do, also when a summary is asked for in the same breath. */
export const ASKS_MORE =
  /\btranslat|\brewrit|\brephras|\bparaphras|\bcode\b|\bpoem\b|\bin your own words\b|(?:do not|don't|never) summari|übersetz|umschreib|formulier|tradui|reformul|traduc|reescrib|перевод|перевед|перепиши|своими словами|翻訳|翻译|翻譯|改写|书き|書き直|번역|ترجم/iu;

/** What introduces the words to look for. */
export const BEFORE_QUERY =
  /(?:\babout|\bfor|\bon|\bzum? thema|\büber|\bnach|\bsur|\bsobre|(?<!\p{L})(?:о|об|про)|关于|關於|عن)[ :：]+/iu;
