import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.readers.boilerplate import clean, is_boilerplate
from vectorstore.readers.invisible_characters import one_line, strip_invisible

BOILERPLATE = [
    "Share",
    "Tweet",
    "Share this article",
    "Share on Facebook",
    "Email this story",
    "Share this story on Twitter",
    "Click to share on X (Opens in new window)",
    "Facebook Twitter WhatsApp Email",
    "Follow us on Facebook and X",
    "Leave a Reply",
    "Leave a comment",
    "Leave a Reply Cancel reply",
    "Post Comment",
    "Name *",
    "Email *",
    "Your email address will not be published. Required fields are marked *",
    "View Comments",
    "12 comments",
    "Save my name, email, and website in this browser for the next time I comment.",
    "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
    "Skip to main content",
    "Toggle navigation",
    "Back to top",
    "Home > News > World",
    "Home | News | Sport | Weather",
    "Log in / Register",
    "Privacy Policy | Terms of Use",
    "Tags: council, bridge",
    "Previous article: Rain ahead",
    "© 2024 The Herald. All rights reserved.",
    "Advertisement",
    "ADVERTISEMENT",
    "Story continues below advertisement",
    "Subscribe now",
    "Subscribe to our newsletter",
    "Sign up for the Herald’s free morning newsletter.",
    "Get the latest news delivered to your inbox.",
    "Want the Short List in your inbox every night? Sign up here.",
    "We use cookies to improve your experience on our site.",
    "Accept all cookies",
    "Related articles",
    "Read more",
    "By continuing to use this site you agree to our use of cookies.",
    "You may also like",
    "Most read",
    "Read more: Bridge to close in June",
    "RELATED: What the bridge costs",
    "► READ MORE: Who pays for the bridge?",
    "Click here to read more.",
    "• Share on Facebook",
    "  Tweet  ",
]

ARTICLE = [
    "Share prices fell on Tuesday.",
    "Share of women in parliament rises",
    "The mayor asked readers to share this article on Facebook, and 300 did.",
    "“Leave a comment,” she said, “and we will read it.”",
    "Leave a reply within 30 days, the court told the company.",
    "Your email address will not be published, the agency promised whistleblowers.",
    "Advertisement revenue at the paper fell by 12%.",
    "Cookies are no longer sold at the school.",
    "We use cookies to bribe the children, said the teacher.",
    "Subscribe to nothing, the consumer office advised residents.",
    "The newsletter was sent to 4,000 homes, and 12 people asked to sign up.",
    "Residents can sign up for the council newsletter at the library.",
    "Related: three more men were arrested on Wednesday, police said.",
    "Read more: that was her advice to the class.",
    "Home > all else, was his motto.",
    "Twitter said it had removed 145 accounts.",
    "Facebook and Twitter",
    "Skip to the main point: who pays?",
    "All rights reserved for the tribe under the treaty were upheld.",
    "12 comments were recorded at the hearing.",
    "Zelensky",
    "Developments:",
]

lines = st.lists(
    st.sampled_from([*BOILERPLATE, *ARTICLE, "", "", "Facebook", "Email", "Title of it", "TITLE  of it"])
    | st.text(alphabet="ab \t\r\n\x00\u200b\u200c\u200dب\u202e*•>Share", max_size=20),
    max_size=12,
).map("\n".join)
titles = st.sampled_from(["", "Title of it", "Share", "Zelensky", "!?"])


@pytest.mark.parametrize("line", BOILERPLATE)
def test_boilerplate_goes(line: str) -> None:
    assert clean(f"The bridge closes.\n\n{line}\n\nIt opens in May.") == "The bridge closes.\n\nIt opens in May."


@pytest.mark.parametrize("line", ARTICLE)
def test_a_line_that_merely_contains_such_words_stays(line: str) -> None:
    text = f"The bridge closes.\n\n{line}\n\nIt opens in May."
    assert clean(text) == text


def test_words_that_may_be_a_caption_go_only_beside_boilerplate() -> None:
    assert (
        clean("One.\n\nFacebook\n\nTwo.\n\nShare\nFacebook\n\nWhatsApp\n3\nThree.")
        == "One.\n\nFacebook\n\nTwo.\n\nThree."
    )


def test_a_whole_comment_form_goes() -> None:
    form = (
        "Leave a Reply\n\nYour email address will not be published. Required fields are marked *"
        "\n\nComment *\n\n"
        "Name *\n\nEmail *\n\nWebsite\n\nSave my name, email, and website in this browser"
        " for the next time I comment."
        "\n\nPost Comment"
    )
    assert clean(f"The end.\n\n{form}\n") == "The end."


def test_the_headline_is_taken_off_the_top_and_only_there() -> None:
    text = "Bridge to close\n\nBRIDGE TO CLOSE!\n\nThe council voted.\n\nBridge to close\n"
    assert clean(text, "Bridge to close") == "The council voted.\n\nBridge to close"


def test_line_ends_blank_lines_and_what_shows_nothing() -> None:
    text = "\ufeffOne \r\nt\u200bwo\t\r\n\r\n\r\n\r\n\x00th\u202eree\u2028fo\u00adur\x07\ud800\n"
    assert clean(text) == "One\ntwo\n\nthree\nfour"


def test_letters_stay_as_they_are() -> None:
    text = "Cafe\u0301 — “145 drones—including decoys” می\u200cخواهم 👩\u200d🚒 Gahr Støre\u00a0x"
    assert strip_invisible(text) == text
    assert strip_invisible("dro\u200dnes") == "drones"
    assert one_line(" a\n b\u200b ") == "a b"


@given(lines, titles)
def test_cleaning_again_changes_nothing(text: str, title: str) -> None:
    assert clean(clean(text, title), title) == clean(text, title)


@given(lines, titles)
def test_what_is_left_are_lines_of_the_text_in_their_order(text: str, title: str) -> None:
    left = iter(line.rstrip() for line in strip_invisible(text).split("\n"))
    assert all(line in left for line in clean(text, title).split("\n") if line)
    assert "\n\n\n" not in clean(text, title)


@given(
    st.lists(st.sampled_from(["police", "the mayor", "on Monday", "145", "told", "Kyiv", "a bridge"]), min_size=2),
    st.sampled_from(BOILERPLATE),
    st.lists(st.sampled_from(["was closed", "he said", "in court", "after 11 hours"]), min_size=1),
)
def test_a_sentence_around_boilerplate_stays(before: list[str], inside: str, after: list[str]) -> None:
    assert not is_boilerplate(f"{' '.join(before)} {inside.strip(' .•►')} {' '.join(after)}.")


def test_a_very_long_line_is_no_boilerplate_and_quick() -> None:
    assert not is_boilerplate("share " * 1_000_000)
