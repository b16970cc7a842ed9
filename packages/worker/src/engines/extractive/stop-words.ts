// Which words are too common to say what a sentence is about?

const LISTS = [
  // English
  'a about after all also an and any are as at be because been before but by can could did do does for from had has have he her him his how i if in into is it its just like may more most my no not of on one only or other our out over she should so some such than that the their them then there these they this those to too two up us very was we were what when where which while who why will with would you your',
  // German
  'ab aber alle alles als also am an auch auf aus bei bin bis da damit dann das dass dem den denn der des die dies diese diesem diesen dieser doch dort du durch ein eine einem einen einer eines er es etwa für gegen hat hatte hatten haben habe ich ihr ihre ihrem ihren im in ist ja kann kein keine können man mehr mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so über um und uns unter vom von vor war waren was weil wenn wer werden wie wieder wir wird wurde wurden zu zum zur zwei',
  // French
  'à afin ai ainsi après au aucun aussi autre aux avait avec avoir car ce cela ces cet cette ceux chez comme dans de depuis des deux donc dont du elle elles en encore est et étaient était être eu fait faut il ils je jusqu la le les leur leurs lui mais même mes moins mon ne ni nos notre nous on ont ou où par pas peu plus pour pourquoi que quel qu qui quoi sa sans se sera ses si son sont sous sur ta tous tout toute toutes très tu un une vers vos votre vous y',
  // Spanish
  'a al algo ante antes así aún cada como con cual cuando cuanto de del desde donde dos e el él ella ellas ellos en entre era eran es esa ese eso esta está están estaba este esto fue fueron ha había hace hacia han hasta hay la las le les lo los más me mi mientras muy nada ni no nos nosotros o otra otro para pero poco por porque pues que qué quien se sea ser si sí sin sino sobre son su sus también tan tanto te tiene toda todas todo todos tras tu un una uno y ya yo',
  // Russian
  'а без более бы был была были было быть в вам вас ведь во вот все всё всего всех вы где да даже для до его ее её если есть еще ещё же за здесь и из или им их к как кто когда ко который которая которые которых ли лишь между меня мне мы на над не нет ни них но ну о об он она они оно от очень по под после потому потом при про с сам свой своих себе себя со так также там те тем теперь то того тоже только том тот ту ты у уже хотя чего чем через что чтобы эта эти это этого этой этом этот',
  // Chinese
  '的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这 那 他 她 它 们 我们 他们 你们 把 被 让 给 从 对 与 而 但 但是 可是 因为 所以 如果 以 为 于 之 其 中 下 里 还 又 再 只 已 已经 以后 以前 可以 可能 这个 那个 什么 怎么 来 得 地 过 后 前 时候 时 等 由 并 或 每 个 最 更 才 向 所 及 将 请 大家 有人',
  // Japanese
  'は が の に を へ と で も や から まで より か ね よ な し て だ です ます した する して いる いた ある あっ た ない なく なっ なる れ られ せ さ こと もの ため とき これ それ あれ この その あの ここ そこ どこ また そして しかし でも ので のに だけ ほど など という といった とても もう まだ い う く き け そう よう いう おり いたし ましょ まし ませ ん たち 的',
  // Arabic
  'في من على إلى الى عن مع ان أن إن كان كانت كانوا هذا هذه ذلك تلك هو هي هم التي الذي الذين ما لا لم لن قد كل بعد قبل بين حتى ثم أو او و ف ب ل ك عند غير أي اي إذا اذا لكن بل منذ كما فيها فيه به بها له لها عليه عليها منه منها انه أنه إنه انها أنها ليس هناك هنا بدأ قال ظل صار',
];

/** Small words of the eight languages the engine is measured in; other languages rely on rarity alone. */
export const STOP_WORDS: ReadonlySet<string> = new Set(LISTS.flatMap((list) => list.split(' ')));
