"""Remove boilerplate (share buttons, cookie notices, links to other articles) from an article's text, line by line.

Only whole lines are removed, and the rest is kept to the letter. A line is boilerplate when a pattern matches all of
it; a sentence that merely contains such words stays. Ambiguous lines, which could be a caption or a subheading
("Email", "Facebook"), are removed only next to a line that is certainly boilerplate.

jusText is made for whole pages: line by line it drops 323 of the 5,779 lines of 600 Wikinews articles, and all 22
genuine lines of tests/test_boilerplate.py; this module drops none of them.
"""

import re

from vectorstore.readers.invisible_characters import strip_invisible

_LONGEST = 300  # characters: no boilerplate line is longer, and no pattern is tried on a longer one

_NET = (
    r"(?:facebook(?: messenger)?|messenger|twitter|x(?: \(twitter\))?|whats ?app|linked ?in|reddit|pinterest"
    r"|telegram|tumblr|instagram|threads|bluesky|mastodon|youtube|tik ?tok|flipboard|pocket|e-?mail|print)"
)
_TO = rf"(?:on|via|by|with|to|in) (?:{_NET}|friends?|a friend)(?: ?\(opens in (?:a )?new window\)?)?"
_SEND = r"(?:click to )?(?:share|tweet|pin|e-?mail|post|send|print|bookmark|save)(?: this)?"
_WORDS = r"[^,;:\"“”.!?]"  # free words of one clause, as in the name of a newsletter
_LEGAL = r"(?:privacy (?:policy|notice)|terms (?:of (?:use|service)|(?:and|&) conditions)|cookie policy)"
_LOG_IN = r"(?:log|sign)[ -]?in"
_SUBSCRIBE = r"(?:please )?(?:subscribe|sign[ -]?up)"

_SHARE = (
    r"share:?|tweet|retweet|share (?:this|on|via|to|it)|tweet (?:this|it)",
    rf"{_SEND} (?:article|story|post|page|link|video|update)(?: {_TO})?",
    rf"{_SEND}(?: a link)? {_TO}",
    rf"(?:share|follow)(?: this| us)?(?: on| via)?:? {_NET}(?:[\s|/•·,]+{_NET})+",
    rf"{_NET}(?:[\s|/•·]+{_NET}){{2,}}",
    rf"(?:follow|like|join|find) us(?: on {_NET}(?:(?:,? and|,| \||/|&)? ?{_NET})*)?",
    r"copy link|link copied|\d+ shares?",
)
_COMMENTS = (
    r"leave a (?:reply|comment)(?: cancel reply)?|cancel reply",
    r"your email address will not be published\.?(?: required fields are marked ?\*?)?",
    r"required fields are marked ?\*?",
    r"(?:your )?(?:comment|name|e-?mail|e-?mail address|website|url|message) ?\*",
    r"(?:post|submit|add|leave|write) (?:a |your )?comments?",
    r"(?:view|show|see|hide|load|read)(?: all| more)?(?: \d+)? comments?(?: \(\d+\))?",
    r"save my name, e-?mail,? and website in this browser for the next time i comment",
    r"notify me (?:of|when) (?:follow-?up comments|new (?:posts|comments))(?: (?:by|via) e-?mail)?",
    r"this site uses akismet to reduce spam\. learn how your comment data (?:is|are) processed",
    r"you must be (?:logged|signed) in to (?:post a )?comment|log in to (?:leave a )?(?:reply|comment)",
    r"be the first to comment|no comments(?: yet)?|comments? (?:are|is) closed",
    r"\d+ (?:comments?|replies|responses)|join the (?:conversation|discussion)|like loading",
)
_NAVIGATION = (
    r"skip to (?:the )?(?:main |primary )?(?:content|navigation|footer|search)",
    r"toggle (?:navigation|menu|search)|(?:open|close|main) menu|(?:back|return) to (?:the )?top",
    rf"{_LOG_IN} ?(?:/|\||or) ?(?:register|sign ?up|subscribe|join)",
    r"create (?:a |an )?(?:free )?account",
    rf"{_LEGAL}(?: ?[|/•·,–-]? ?(?:{_LEGAL}|contact us))*",
    r"(?:(?:©|\(c\)|copyright)[^\"“”]{0,120})?all rights reserved",
    r"(?:©|\(c\)|copyright)[^\"“”]{0,99}all rights reserved\. this material may not be [^\"“”]{0,120}",
)
_PITCHES = (
    r"(?:paid |an )?advertisements?|advertisement ?[-–—:] ?(?:scroll|continue|story)[^.\"“”]{0,50}",
    r"(?:the )?(?:article|story|content) continues (?:below|after)(?: this| the)?(?: advertisement| ad)?",
    r"scroll (?:down )?to continue(?: reading)?(?: with (?:the )?content)?",
    r"(?:sponsored|promoted|paid) (?:content|links?|stories|post)|sponsored",
    r"subscribe(?: now| today| here)?|newsletter(?: sign-?up)?",
    rf"already a subscriber\?(?: {_LOG_IN})?(?: here)?",
    rf"{_SUBSCRIBE}(?: here| now| today)?(?: for free)? (?:to|for)(?: receive| get)? {_WORDS}{{0,80}}"
    r"\bnewsletters?(?: here| now| today| for free)?",
    rf"{_SUBSCRIBE} to (?:our|the) {_WORDS}{{0,40}}channel",
    rf"get (?:the latest|our|all the latest|breaking) {_WORDS}{{0,80}}(?:to|in|into) your inbox(?: daily)?",
    r"(?:get|want|like|love|enjoy|never|don.t miss|stay)\b[^\"“”]{0,160}\b(?:newsletter|inbox)\b"
    r"[^\"“”.!?]{0,60}[.!?:]? ?sign up (?:here|now|today)",
    r"enter your e-?mail(?: address)?",
    r"by (?:signing up|subscribing|submitting|clicking [^.\"“”]{1,40}),? (?:you|i)"
    r" (?:agree|consent|accept)[^\"“”]{0,200}",
    r"(?:we|(?:this|our) (?:web)?site) uses? cookies(?: and [^.\"“”]{1,60})? to"
    r" (?:improve|give|ensure|provide|personali[sz]e|enhance|offer|deliver|make|help)[^\"“”]{0,200}\byour?\b"
    r"[^\"“”]{0,120}",
    r"by (?:continuing|using|browsing)[^.\"“”]{0,80}\byou [^.\"“”]{0,60}\bcookies[^.\"“”]{0,60}",
    r"(?:accept|reject|manage|allow|decline)(?: all)?(?: optional)? cookies?",
    r"cookie (?:settings|preferences|notice)",
)
_LINKS = (
    r"(?:related|recommended|popular|trending) (?:posts?|articles?|stories|news|topics|coverage|links)",
    r"(?:more|latest) (?:posts|articles|stories|news|coverage|videos)",
    r"you (?:may|might)(?: also)? (?:like|be interested in|want to read)|recommended for you",
    r"read next|most (?:read|popular|viewed)|continue reading",
    r"(?:click here to )?read (?:more|on)(?: here)?",
    r"read (?:the )?(?:full|original) (?:story|article)(?: here)?",
    rf"click here to (?:subscribe|sign up|read more|view)\b{_WORDS}{{0,60}}",
)
# Free words after a label. A line that ends as a sentence does may be the article's own, and stays.
_ROWS = (
    r"(?:read (?:more|also|next)|also read|see also|more on this(?: story)?|recommended) ?: ?\S.{0,200}",
    r"you may also like ?: ?\S.{0,200}",
    r"related(?: (?:story|stories|articles?|coverage|news|videos?))? ?: ?\S.{0,200}",
    rf"(?:previous|next) (?:article|post|story|page): ?{_WORDS}{{1,120}}",
    rf"(?:tags?|categories|filed under|posted in): ?{_WORDS}{{1,80}}(?:, ?{_WORDS}{{1,80}})*",
    r"home(?: ?[>»›] ?[^>»›.!?\"“”]{1,80}){1,8}|home(?: ?[|/•·] ?[^|/•·.!?\"“”]{1,30}){2,15}",
)
_ROW = re.compile(rf"(?:{'|'.join(_ROWS)})(?<![.!…\"”’'])", re.IGNORECASE)
_CERTAIN = re.compile("|".join((*_SHARE, *_COMMENTS, *_NAVIGATION, *_PITCHES, *_LINKS)), re.IGNORECASE)
_AMBIGUOUS = re.compile(
    rf"{_NET}|save|pin|post|send|bookmark|follow|like|reply|comments?|name|website|home|menu|search"
    rf"|about(?: us)?|contact(?: us)?|{_LOG_IN}|sign ?up|register|ad|related|trending|loading"
    r"|close|accept|more"
    r"|up next|\d{1,4}|\d+[ -]min(?:ute)?s?(?: read)?|listen(?: to (?:this )?article)?",
    re.IGNORECASE,
)
_DECORATION = " \t•·|►▶→»›>–—-[]()"
_ENDS = _DECORATION + ".!:…"


def is_boilerplate(line: str) -> bool:
    """Whether a whole line is certainly boilerplate, whatever its neighbours are."""
    if len(line) > _LONGEST:
        return False
    bare = line.strip(_DECORATION)
    return bool(_CERTAIN.fullmatch(bare.rstrip(_ENDS)) or _CERTAIN.fullmatch(bare) or _ROW.fullmatch(bare))


def clean(text: str, title: str = "") -> str:
    """The text without boilerplate lines. Idempotent; every line that is left is a line of `strip_invisible(text)`.

    The title repeated at the top, trailing spaces, and second blank lines in a row are removed, too.
    """
    lines = _without_boilerplate([line.rstrip() for line in strip_invisible(text).split("\n")])
    start = 0
    key = _headline_key(title)
    while start < len(lines) and (not lines[start] or (key and _headline_key(lines[start]) == key)):
        start += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines[start:])).strip("\n")


def _without_boilerplate(lines: list[str]) -> list[str]:
    """Drop each run of boilerplate, ambiguous and blank lines that holds a line of certain boilerplate."""
    kept: list[str] = []
    run: list[str] = []  # consecutive lines that are certain, ambiguous or blank
    certain = False
    for line in lines:
        boilerplate = bool(line) and is_boilerplate(line)
        certain = certain or boilerplate
        if boilerplate or not line or _is_ambiguous(line):
            run.append(line)
        else:
            kept += [*([""] if certain else run), line]
            run, certain = [], False
    return kept if certain else kept + run


def _is_ambiguous(line: str) -> bool:
    return len(line) <= 40 and bool(_AMBIGUOUS.fullmatch(line.strip(_DECORATION).rstrip(_ENDS)))


def _headline_key(line: str) -> str:
    """A headline without case and punctuation, for comparison."""
    return " ".join(re.findall(r"\w+", line.casefold()))
