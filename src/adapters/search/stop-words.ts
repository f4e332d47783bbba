const words = (list: string): readonly string[] => list.split(/\s+/).filter((word) => word !== '');

/** Words that say nothing about a fault. `not`, `no` and `without` stay: `not ready` is not `ready`. */
export const stopWords: ReadonlySet<string> = new Set(
  words(`
    a an and are as at be been being but by can could did do does doing done for from had has have having he her here
    hers him his how i if in into is it its itself just let me might more most much must my of off on once only or our
    ours own same she should so some such than that the their theirs them then there these they this those to too
    very was we were what when where which while who whom why will with would you your yours also am s t ll re ve d
    may shall upon via per etc eg ie vs about again any because both each few other through during before after
    under over above below between until against all don doesn isn wasn aren cant
  `),
);

/** Pairs of Chinese characters that say nothing about a fault. */
export const stopPairs: ReadonlySet<string> = new Set(
  words(`
    怎么 如何 什么 为什 哪些 哪个 这个 那个 一个 一些 一下 一种 可以 可能 能否 是否 是不 不是 还是 或者 以及 并且 而且
    但是 因为 所以 如果 时候 之后 以后 之前 以前 然后 现在 已经 正在 进行 通过 使用 需要 应该 会不 不会 我们 你们 他们
    它们 这些 那些 这里 那里 其中 其他 其它 对于 关于 由于 根据 按照 为了 就是 只是 只有 都是 都不 怎样 么办 怎办 了吗
    了么 会把 把它 被它 有个 里面 上面 下面 出现 发生 情况 办法 方法 的时 的话 一直 总是 老是
  `),
);

/** Characters that hold sentences together: a pair with one of them is hardly ever a word. */
export const particles =
  /[的了在也没上后就都到一不有把被给让还又很再吗呢吧么这那哪怎会能想要个些着过得地是和与从对去来其它他我你]/;

/**
 * Words of everyday speech that are rare in articles, so that their rarity would make them weigh more than the names
 * of things: they count a part of what they would.
 */
export const lightWords: ReadonlySet<string> = new Set(
  words(`
    able actually add added after afterwards all almost already also although always another answer any anyone anything
    anyway ask away back bad because become becomes became been before begin behave behind being best better big bit both
    break breaks broke broken bring brought but call came case certain clear come comes completely correct correctly could
    day days different difficult easy effect either else enough entirely even ever every everything everywhere exactly
    example except expected explain few fewer find fine first following force forever fresh fully gave get gets getting
    give given gives go goes going gone good got great guide half hand handle happen happened happens hard help hold hour
    hours idea inside instead keep keeps kept kind know known knows large last later least leave leaves left less let
    like little long longer look looks lot made main make makes making man many matter maybe mean means meet middle
    minute minutes month must name near nearly need needs never new next nobody none normal normally nothing now often
    old one ones open order ordinary other others our outer part parts people per perhaps person place please point
    possible possibly proper properly put puts question quick quickly quite rather reach real really reason right run
    running runs said say says second seconds see seem seems seen sees send set several shape short should show shows
    side simply since single situation small somebody somehow someone something sometimes somewhere soon sort sound
    start started starting starts stay stays step steps still stop stopped stops strange suddenly suppose sure
    suspect take takes taken taking talk tell tells thing things think thought three together told too took total
    toward try trying turn turned twice two under unless until up upon us use used user uses using usual usually
    wait want wanted wants way ways week well went whatever whether whole without wonder work worked working works
    world would wrong yes yesterday yet your correctly anymore four five six seven eight nine ten
    bounced gone guys hello hi thanks morning evening night today tonight tomorrow
  `),
);
