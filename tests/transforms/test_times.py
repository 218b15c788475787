"""What a time phrase in English news must come out as; the publication day is Wednesday 3 August 2022."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.records import Anchor, Modifier, Precision, Reason, TimeExpression, TimexType
from transforms.times.calendars import easter, holiday_days, orthodox_easter
from transforms.times.compositions import COMPOSITIONS, FUZZIES
from transforms.times.dates import CALENDAR, LISTS
from transforms.times.grammar import MACROS
from transforms.times.numerals import NUMBERS, SPOKEN
from transforms.times.reader import TimeReading, range_of, read_times
from transforms.times.relative import RELATIVE
from transforms.times.tokens import OUTLOOK_KINDS, word_rows

WEDNESDAY = date(2022, 8, 3)


def values(text: str, anchor: date | None = WEDNESDAY) -> list[tuple[str, str]]:
    return [(one.text, one.value) for one in read_times(text, anchor).expressions]


def only(text: str, anchor: date | None = WEDNESDAY) -> TimeExpression:
    (one,) = read_times(text, anchor).expressions
    return one


@pytest.mark.parametrize(("text", "words", "value"), [
    # dates in every order and separator
    ("Troops arrived on 12 June 1999 at Pristina airport.", "12 June 1999", "1999-06-12"),
    ("It opened on June 12, 1999, in the capital.", "June 12, 1999", "1999-06-12"),
    ("It opened on the 12th of June 1999.", "the 12th of June 1999", "1999-06-12"),
    ("He kept the key in his 1873 piano.", "1873", "1873"),
    ("The parade of every 9 March fills the square.", "every 9 March", "XXXX-03-09"),
    ("Signed 1999-06-12 in the city.", "1999-06-12", "1999-06-12"),
    ("Recorded at 1999-06-12T20:30Z by radar.", "1999-06-12T20:30Z", "1999-06-12T20:30Z"),
    ("Stamped 06/12/1999 by the court.", "06/12/1999", "1999-06-12"),
    ("Stamped 12.06.1999 by the court.", "12.06.1999", "1999-06-12"),
    ("BELGRADE, FEB. 17 2008 -- Crowds gathered.", "FEB. 17 2008", "2008-02-17"),
    ("on Sunday, July 31, he resigned", "Sunday, July 31", "2022-07-31"),
    # without a year: the nearest
    ("The move was announced on July 31.", "July 31", "2022-07-31"),
    ("The rule applies from August 1.", "August 1", "2022-08-01"),
    ("He left office on December 20.", "December 20", "2021-12-20"),
    ("The vote will be held on December 20.", "December 20", "2022-12-20"),
    # weekdays: the publication day or the nearest before, unless the clause looks ahead
    ("Police fired tear gas on Sunday.", "Sunday", "2022-07-31"),
    ("He was arrested on Wednesday.", "Wednesday", "2022-08-03"),
    ("Parliament will meet on Monday.", "Monday", "2022-08-08"),
    ("It was told last Friday.", "last Friday", "2022-07-29"),
    ("The hearing resumes next Tuesday.", "next Tuesday", "2022-08-09"),
    ("Talks are set for Friday next week.", "Friday next week", "2022-08-12"),
    # months, years, decades, centuries
    ("It was decided in April 2022 by the government.", "April 2022", "2022-04"),
    ("They signed in September 2020 in Washington.", "September 2020", "2020-09"),
    ("Belgrade never accepted Kosovo's 2008 declaration.", "2008", "2008"),
    ("Wars of the 1990s still divide them.", "the 1990s", "199"),
    ("Prices fell in the mid-90s.", "the mid-90s", "199"),
    ("He grew up in the nineties.", "the nineties", "199"),
    ("A church of the 14th century burned.", "the 14th century", "13"),
    ("The city fell in 490 BC.", "490 BC", "BC0490"),
    ("He came back in the late nineties.", "the late nineties", "199"),
    ("Debt grew in the noughties.", "the noughties", "200"),
    # parts of years
    ("Sales fell in the first quarter of 2022.", "the first quarter of 2022", "2022-Q1"),
    ("Sales fell in Q1 2022.", "Q1 2022", "2022-Q1"),
    ("Exports rose in the second half of 2021.", "the second half of 2021", "2021-H2"),
    ("In the summer of 1995 the enclave fell.", "the summer of 1995", "1995-SU"),
    ("It rained in the last week of March.", "the last week of March", "2022-W12"),
    # holidays with moving dates
    ("Shells fell on Easter Sunday 2021.", "Easter Sunday 2021", "2021-04-04"),
    ("Stores opened on Thanksgiving 2021.", "Thanksgiving 2021", "2021-11-25"),
    ("The truce held last Christmas.", "last Christmas", "2021-12-25"),
    ("They met on Christmas Day, as always.", "Christmas Day", "2021-12-25"),
    ("It closed in summer '99 for good.", "summer '99", "1999-SU"),
    ("He spoke before the 2021 July unrest.", "2021 July", "2021-07"),
    # weekdays by their number
    ("The second Tuesday of November is polling day.", "The second Tuesday of November", "2022-11-08"),
    ("The clocks changed on the last Sunday in March.", "the last Sunday in March", "2022-03-27"),
    ("They sit on the third Thursday of next month.", "the third Thursday of next month", "2022-09-15"),
    ("They had met a week ago Friday.", "a week ago Friday", "2022-07-22"),
    ("They vote a week from Tuesday.", "a week from Tuesday", "2022-08-16"),
    # the day at which the story stands
    ("Fires burned for the fifth straight day.", "the fifth straight day", "2022-08-03"),
    ("Shares fell on Monday for a third day in a row.", "a third day in a row", "2022-08-01"),
    ("Prices rose in March this year.", "March this year", "2022-03"),
    ("The dispute of the 18-month-old war goes on.", "the 18-month-old", "P18M"),
    ("He was shot fifty years ago today.", "fifty years ago today", "1972-08-03"),
    ("He was shot fifty years ago on Monday.", "fifty years ago on Monday", "1972-08-01"),
    ("On this day in 1999 the war ended.", "this day in 1999", "1999-08-03"),
    ("Prices will fall by year's end.", "year's end", "2022"),
    ("They voted three times a month.", "three times a month", "P1M"),
    ("It rained more this month than last.", "last", "2022-07"),
    ("Sirens sounded on Sunday, and in the evening again.", "the evening", "2022-07-31TEV"),
    ("Over the winter nothing moved.", "the winter", "2021-WI"),
    # fuzzy
    ("Talks failed in late May.", "late May", "2022-05"),
    ("It began in early 2022.", "early 2022", "2022"),
    ("By mid-July it was over.", "mid-July", "2022-07"),
    ("They met around noon on Sunday.", "around noon on Sunday", "2022-07-31T12:00"),
    # relative
    ("A year ago he won.", "A year ago", "2021"),
    ("They met last month.", "last month", "2022-07"),
    ("Two weeks ago a bridge collapsed.", "Two weeks ago", "2022-W29"),
    ("Crowds are expected tonight in the square.", "tonight", "2022-08-03TNI"),
    ("Barricades went up last night.", "last night", "2022-08-02TNI"),
    ("More will come in the coming days.", "the coming days", "FUTURE_REF"),
    ("The shop opened this morning.", "this morning", "2022-08-03TMO"),
    # durations and sets
    ("Much changed over the past 20 years.", "the past 20 years", "P20Y"),
    ("Peace held for the past two decades.", "the past two decades", "P20Y"),
    ("He waited two and a half years.", "two and a half years", "P2Y6M"),
    ("It was a three-day siege.", "three-day", "P3D"),
    ("He led the year-long inquiry.", "the year-long", "P1Y"),
    ("The weeklong siege ended.", "weeklong", "P1W"),
    ("It was the steepest single-day fall.", "single-day", "P1D"),
    ("The blast came at half past three on Sunday.", "half past three on Sunday", "2022-07-31T03:30"),
    ("It ended at a quarter to six p.m. on Sunday.", "a quarter to six p.m. on Sunday", "2022-07-31T17:45"),
    ("They march every Sunday.", "every Sunday", "XXXX-WXX-7"),
    # time of day
    ("The blast hit at 10 p.m. on Sunday.", "10 p.m. on Sunday", "2022-07-31T22:00"),
    ("Guns fell silent at 1400 GMT on Sunday.", "1400 GMT on Sunday", "2022-07-31T14:00Z"),
    ("Three armed men came at 1010 hours.", "1010 hours", "2022-08-03T10:10"),
    ("The pilot had flown 1500 hours.", "1500 hours", "PT1500H"),
    ("Shots rang out Sunday night.", "Sunday night", "2022-07-31TNI"),
])
def test_phrase_has_the_value_its_words_give(text: str, words: str, value: str) -> None:
    assert (words, value) in [(found.removeprefix("over "), got) for found, got in values(text)]


@pytest.mark.parametrize("text", [
    "Under resolution 1244 the force stays.",
    "May said the deal was dead.",
    "Theresa May met the press.",
    "They may march again.",
    "She led her 1800 followers home.",
    "The Sun shines and the paper Sun reported it.",
    "A second bomb was found.",
    "The 5th fleet sailed.",
    "They scored 3-2 and won.",
    "Some 1999 people signed.",
    "Article 5 of the treaty applies.",
    "He flew a Boeing 737 to the base.",
    "The server 192.168.10.12 answered.",
    "Call 555-12-1999-04 for help.",
    "She is 52 years old.",
    "A 24-year-old man was shot.",
    "It cost $1999.",
    "About three-quarters of them agreed.",
    "The fall of the city shocked them.",
])
def test_what_looks_like_a_date_and_is_none_is_left_alone(text: str) -> None:
    assert read_times(text, WEDNESDAY).expressions == ()


@pytest.mark.parametrize("text", ["31 February 2020", "February 30", "2020-13-01", "31.04.2021", "29 February 2021"])
def test_impossible_date_is_a_reject_and_never_its_neighbour(text: str) -> None:
    reading = read_times(f"It happened on {text}.", WEDNESDAY, ref="a1")
    assert reading.expressions == ()
    assert [(one.reason, one.ref, one.detail) for one in reading.rejects] == [(Reason.IMPOSSIBLE_DATE, "a1", text)]


@pytest.mark.parametrize(("text", "start", "end", "precision", "modifier", "edtf"), [
    ("in late May", date(2022, 5, 21), date(2022, 6, 1), Precision.MONTH, Modifier.LATE, "2022-05-21/2022-05-31"),
    ("in early 2022", date(2022, 1, 1), date(2022, 5, 1), Precision.YEAR, Modifier.EARLY, "2022-01-01/2022-04-30"),
    ("in the mid-1990s", date(1993, 5, 1), date(1996, 9, 1), Precision.DECADE, Modifier.MID, "1993-05-01/1996-08-31"),
    ("in the 1990s", date(1990, 1, 1), date(2000, 1, 1), Precision.DECADE, Modifier.NONE, "199X"),
    ("about 1995,", date(1995, 1, 1), date(1996, 1, 1), Precision.YEAR, Modifier.ABOUT, "1995~"),
    ("in the third quarter of 2021", date(2021, 7, 1), date(2021, 10, 1), Precision.QUARTER, Modifier.NONE, "2021-35"),
    ("in the winter of 2021", date(2021, 12, 1), date(2022, 3, 1), Precision.SEASON, Modifier.NONE, "2021-24"),
    ("earlier this year", date(2022, 1, 1), date(2022, 8, 3), Precision.YEAR, Modifier.BEFORE, "2022-01-01/2022-08-02"),
])
def test_interval_precision_and_edtf(text: str, start: date, end: date, precision: Precision, modifier: Modifier, edtf: str) -> None:
    one = only(f"It happened {text}")
    assert (one.start, one.end, one.precision, one.modifier, one.edtf) == (start, end, precision, modifier, edtf)


@pytest.mark.parametrize("text", ["for three weeks", "over the past two decades", "every Sunday", "every 9 March", "recently", "now"])
def test_durations_sets_and_references_have_no_days(text: str) -> None:
    one = only(f"They have worked {text}.")
    assert (one.start, one.end, one.edtf) == (None, None, "")


def test_duration_is_typed_as_one() -> None:
    assert only("It lasted for 20 years.").type is TimexType.DURATION


def spans_with_range(text: str) -> list[tuple[str, tuple[date, date] | None]]:
    reading: TimeReading = read_times(text, WEDNESDAY)
    return [(one.text, range_of(reading, one)) for one in reading.expressions]


@pytest.mark.parametrize(("text", "words", "days"), [
    ("from 5 to 7 May 2022", ["5", "7 May 2022"], (date(2022, 5, 5), date(2022, 5, 8))),
    ("on 2–5 March", ["2", "5 March"], (date(2022, 3, 2), date(2022, 3, 6))),
    ("between 1998 and 1999, they", ["1998", "1999"], (date(1998, 1, 1), date(2000, 1, 1))),
    ("the 1991-95 war", ["1991", "95"], (date(1991, 1, 1), date(1996, 1, 1))),
    ("from May 5 to June 7, 1999", ["May 5", "June 7, 1999"], (date(1999, 5, 5), date(1999, 6, 8))),
])
def test_both_ends_of_a_range_know_the_whole(text: str, words: list[str], days: tuple[date, date]) -> None:
    assert spans_with_range(text) == [(word, days) for word in words]


def test_hours_from_and_to_are_of_one_day() -> None:
    assert values("The road was closed from 1 p.m. to 3 p.m. on Monday.") == [("1 p.m.", "2022-08-01T13:00"), ("3 p.m. on Monday", "2022-08-01T15:00")]


def test_an_age_ahead_is_no_span_of_months() -> None:
    assert values("He will be 80 next month.") == [("next month", "2022-09")]


def test_a_year_explained_is_the_one_just_named() -> None:
    assert values("Since 2015, the year they signed, little changed.") == [("2015", "2015"), ("the year", "2015")]


def test_two_seasons_or_months_share_the_year_that_is_said_once() -> None:
    assert values("In the spring and early summer of 1943 they waited; in June/July 1915 too.") == [
        ("the spring", "1943-SP"), ("early summer of 1943", "1943-SU"), ("June", "1915-06"), ("July 1915", "1915-07")]


def test_a_night_between_two_days_is_both() -> None:
    assert values("On the night of 9/10 May 1941 bombs fell.") == [("the night of 9", "1941-05-09TNI"), ("10 May 1941", "1941-05-10")]


def test_no_later_than_is_no_time_after() -> None:
    assert only("Payment is due no later than June 30.", date(2022, 3, 1)).end == date(2022, 7, 1)


def test_a_range_of_weekdays_goes_forward() -> None:
    assert values("It runs Monday through Friday.") == [("Monday", "2022-08-01"), ("Friday", "2022-08-05")]


def test_a_season_written_as_two_years_is_both() -> None:
    assert values("The club won the league in 2019/20.") == [("2019", "2019"), ("20", "2020")]
    assert values("They polled 2019/25 of the share.") == []


def test_listed_days_are_no_range() -> None:
    assert spans_with_range("on June 3 and 4.") == [("June 3", None), ("4", None)]
    assert values("on June 3 and 4.") == [("June 3", "2022-06-03"), ("4", "2022-06-04")]


@pytest.mark.parametrize(("country", "start", "edtf"), [("NZ", date(2021, 12, 1), "2021-30"), ("GB", date(2021, 6, 1), "2021-22")])
def test_a_summer_is_that_of_the_country_where_it_is_told(country: str, start: date, edtf: str) -> None:
    (one,) = read_times("Fires raged in the summer of 2021.", WEDNESDAY, country=country).expressions
    assert (one.value, one.start, one.edtf) == ("2021-SU", start, edtf)


@pytest.mark.parametrize(("text", "published", "value"), [
    ("Security grew tighter after the Sept. 11 attacks.", date(2006, 3, 1), "2001-09-11"),
    ("Gaza has starved since the Oct. 7 attack.", date(2025, 3, 1), "2023-10-07"),
    ("Two men were jailed for the January 6 Capitol riot.", None, "2021-01-06"),
    ("He was hurt in a Sept. 11 attack.", date(1999, 10, 1), "1999-09-11"),
    ("A Jan. 6 attack on a base killed two.", date(2024, 1, 9), "2024-01-06"),
    ("On Sept. 11 attackers stormed the post.", date(2012, 12, 1), "2012-09-11"),
    ("The Sept. 12 attacks failed.", date(2006, 12, 1), "2006-09-12"),
])
def test_a_day_known_by_its_attack_has_its_year(text: str, published: date | None, value: str) -> None:
    assert only(text, published).value == value


def test_without_publication_day_only_what_dates_itself_has_days() -> None:
    reading = read_times("On Sunday and on 12 June 1999 and last week and on July 31.", None)
    assert [(one.text, one.start, one.anchor) for one in reading.expressions] == [
        ("Sunday", None, Anchor.NONE), ("12 June 1999", date(1999, 6, 12), Anchor.EXPLICIT),
        ("last week", None, Anchor.NONE), ("July 31", None, Anchor.NONE)]


def test_weekday_chooses_the_year_of_a_date() -> None:
    assert only("He died on Friday, 13 May.").value == "2022-05-13"
    assert only("He died on Thursday, 13 May.").value == "2021-05-13"


def test_day_order_of_slashed_dates_is_the_callers() -> None:
    assert [read_times("on 03/04/2022", None, day_first=first).expressions[0].start for first in (False, True)] == [
        date(2022, 3, 4), date(2022, 4, 3)]


def test_number_above_twelve_settles_the_day_order() -> None:
    assert only("on 31/07/2022").start == date(2022, 7, 31)


def test_every_kind_of_word_in_the_lexicon_is_used_by_a_rule() -> None:
    used = {*OUTLOOK_KINDS, "street", "way", "deed"}
    for rule in (*NUMBERS, *SPOKEN, *CALENDAR, *RELATIVE, *LISTS, *COMPOSITIONS, *FUZZIES):
        for element in rule.pattern.split():
            for kind in element.lstrip("<>!").rstrip("?").split(":")[-1].split("|"):
                used.update(MACROS.get(kind, kind).split("|"))
    used |= {part for kind in used if kind in MACROS for part in MACROS[kind].split("|")}
    assert {row.kind for row in word_rows()} - used - {"between", "dayname"} == set()


def test_every_feast_named_in_a_lexicon_has_its_day() -> None:
    for row in word_rows():
        if row.kind == "holiday":
            assert holiday_days(row.value, 2022)


@pytest.mark.parametrize(("words", "published", "start", "days"), [
    ("Ramadan", date(2022, 5, 10), date(2022, 4, 2), 30),
    ("the holy month of Ramadan", date(2022, 4, 5), date(2022, 4, 2), 30),
    ("last Ramadan", date(2022, 4, 2), date(2021, 4, 13), 30),
    ("Eid al-Adha", date(2007, 1, 3), date(2006, 12, 31), 4),          # a year with two of them
    ("Eid", date(2022, 5, 10), date(2022, 5, 2), 3),
    ("the third day of Eid", date(2022, 7, 15), date(2022, 7, 11), 1),
    ("the last day of Ramadan", date(2022, 5, 10), date(2022, 5, 1), 1),
    ("Yom Kippur 1973", date(2022, 5, 10), date(1973, 10, 6), 1),
    ("Hanukkah", date(2023, 12, 10), date(2023, 12, 8), 8),
    ("Lunar New Year", date(2023, 1, 24), date(2023, 1, 22), 1),
    ("the eve of Passover", date(2022, 4, 20), date(2022, 4, 15), 1),
    ("the eve of Easter", date(2022, 4, 20), date(2022, 4, 16), 1),
    ("the twelfth day of Christmas", date(2022, 1, 20), date(2022, 1, 5), 1),
])
def test_feasts_of_the_moon_and_days_counted_from_feasts(words: str, published: date, start: date, days: int) -> None:
    expression, = read_times(f"The army fired on {words}.", published).expressions
    assert (expression.start, expression.end) == (start, start + timedelta(days))


def test_a_feast_outside_the_table_of_the_moon_has_no_day() -> None:
    expression, = read_times("They prayed during Ramadan 1820.", date(2022, 5, 10)).expressions
    assert (expression.start, expression.value) == (None, "")


def test_a_person_called_ramadan_is_no_month() -> None:
    assert read_times("The court heard Tariq Ramadan, and Ramadan Shallah was there.", date(2022, 5, 10)).expressions == ()


@pytest.mark.parametrize(("year", "western", "orthodox"), [
    (2008, date(2008, 3, 23), date(2008, 4, 27)), (2017, date(2017, 4, 16), date(2017, 4, 16)),
    (2022, date(2022, 4, 17), date(2022, 4, 24)), (2024, date(2024, 3, 31), date(2024, 5, 5)),
])
def test_easter_of_both_churches(year: int, western: date, orthodox: date) -> None:
    assert (easter(year), orthodox_easter(year)) == (western, orthodox)


@pytest.mark.parametrize(("text", "words", "value"), [
    ("They met on 12 June 1999; the day before, he had spoken.", "the day before", "1999-06-11"),
    ("He left the day before Easter.", "the day before Easter", "2022-04-16"),
    ("He spoke today after the meeting.", "today", "2022-08-03"),
    ("It fell this year after a drought.", "this year", "2022"),
    ("The blast came in the early hours of Saturday.", "the early hours of Saturday", "2022-07-30TMO"),
    ("He leaves in two weeks' time.", "two weeks' time", "2022-W33"),
    ("It closes at 7.30pm.", "7.30pm", "2022-08-03T19:30"),
    ("In May, June and July 1999 they fled.", "May", "1999-05"),
    ("In the spring of 480 BC they marched.", "the spring of 480 BC", "BC0480-SP"),
])
def test_counted_from_a_date_named_beside_it(text: str, words: str, value: str) -> None:
    assert (words, value) in values(text)


def test_later_than_nothing_named_stays_without_days() -> None:
    one = only("Two days later he was dead.")
    assert (one.start, one.anchor) == (None, Anchor.NONE)


@pytest.mark.parametrize("text", [
    "A fire broke out in the 1119 block of Elm Street.", "Shots were fired in 1119 block of Elm Street.",
    "Officers were called to 1945 Oak Avenue.", "A crowd of 1204, police said.", "Harris, 32, of Franklin, was hurt.",
    "She was in her 30s.", "On \"This Week,\" he denied it.", "Black Monday is remembered.",
    "The Arab Spring and the Prague Spring were told in USA Today and the Mail on Sunday.",
    "The Winter Olympics were compared with the Summer Games.",
    "The Good Friday Agreement ended the strife, and the Easter Rising began one.",
    "He grew up in his late thirties.",
    "Output fell quarter-to-quarter.",
    "Rooms cost $35 a night.",
    "He told CBS's ''60 Minutes.''",
    "That is the reality of today's world.", "Now, what of the others?", "They meet now and then.",
    "Repairs are a matter of weeks.", "The film ``High Noon'' was shown.", "They sang of the Summer of Love.",
    "Police sought a 2015 Toyota and his 1998 Ford.", "The fund tracks the Russell 2000.", "He was named Man of the Year.",
    "She spoke at the March Against Hunger.", "Anna Daily said so.",
    "Two 13-year-olds were hurt.", "Nobody under 21 years of age may enter.", "The pipes fit 50 year-old houses.",
    "It is a game for 15 to 16-year-olds.", "The average man was 22.8 years old.", "A month-old baby was saved.",
    "It is a high-current line.", "Gold closed at 1852, a record.", "Three quarters of the troops left.", "It is a night-club with a year-round staff.", "They sang White Christmas.",
])
def test_house_numbers_ages_and_names_are_no_dates(text: str) -> None:
    assert values(text) == []


@pytest.mark.parametrize(("text", "words", "value"), [
    ("The offer had been due to expire Friday.", "Friday", "2022-07-29"),
    ("The offer is due to expire Friday.", "Friday", "2022-08-05"),
    ("Until Tuesday, they had refused.", "Tuesday", "2022-08-02"),
    ("In the fiscal year ended Oct. 31, sales fell.", "Oct. 31", "2021-10-31"),
    ("It will be paid on an unspecified date in January.", "January", "2023-01"),
    ("They agreed to buy the mill in December.", "December", "2022-12"),
    ("It is part of a plan to withdraw by Friday.", "Friday", "2022-08-05"),
    ("By Monday the streets were calm.", "Monday", "2022-08-01"),
    ("The two ministers meet separately Monday.", "Monday", "2022-08-08"),
    ("She withdrew on Monday.", "Monday", "2022-08-01"),
    ("Elections will be held in five weeks.", "five weeks", "2022-W36"),
    ("It was the third strike in five weeks.", "five weeks", "P5W"),
    ("They welcomed today's ruling.", "today", "2022-08-03"),
    ("The rule takes effect Sept. 7. In trading on Friday the shares closed lower.", "Friday", "2022-07-29"),
    ("That ended the war. 2005 began with a vote.", "2005", "2005"),
    ("The court set Tuesday as the day of the hearing it must hold.", "Tuesday", "2022-08-02"),
    ("The bank will cut rates on Tuesday.", "Tuesday", "2022-08-09"),
    ("It meets on Tuesday nights.", "Tuesday nights", "XXXX-WXX-2TNI"),
    ("During the day Friday, they rested.", "the day Friday", "2022-07-29"),
    ("He died on the night of Friday, July 22.", "the night of Friday, July 22", "2022-07-22TNI"),
    ("Net fell in the second quarter. Sales in last year's quarter were flat.", "last year's quarter", "2021-Q2"),
    ("Net fell in the second quarter. It compares with the quarter a year ago.", "the quarter a year ago", "2021-Q2"),
    ("Net fell in the second quarter. A fourth quarter like that of a year earlier will help.", "a year earlier", "2021-Q2"),
    ("Net fell in the second quarter, and for six months it rose from a year earlier.", "a year earlier", "2021"),
    ("In April, a week before the ruling in Lee vs. Stone, a bomb killed two.", "April", "2022-04"),
    ("In November, three days after Gen. Ruiz and Maj. Sole met, the junta banned it.", "November", "2021-11"),
    ("They meet in the city of Austin, Tex. on Monday.", "Monday", "2022-08-08"),
    ("He was freed on Tuesday, the day after the ruling.", "the day after", "2022-08-02"),
    ("He was last seen on June 3, the day before he was charged.", "the day before", "2022-06-03"),
    ("The day before, June 3, he was charged.", "June 3", "2022-06-03"),
    ("Sales rose 3% in the latest fiscal year.", "the latest fiscal year", "2021"),
    ("Prices fell in the most recent month.", "the most recent month", "2022-07"),
    ("Costs are lower than the year previous.", "the year previous", "2021"),
    ("Most is sold in the second and fourth quarters of 2021.", "fourth quarters of 2021", "2021-Q4"),
    ("Most is sold in the second and fourth quarters of 2021.", "the second", "2021-Q2"),
    ("The March elections changed little.", "March", "2022-03"),
    ("The blast came at 8:40 a.m. (0640 GMT) Monday.", "8:40 a.m. (0640 GMT)", "2022-08-01T08:40"),
    ("The blast came at 8:40 a.m. (0640 GMT) Monday.", "Monday", "2022-08-01"),
    ("Polls opened at 0700 (1300 GMT) and closed early.", "0700 (1300 GMT)", "2022-08-03T07:00"),
    ("He was held in the early hours of Monday morning.", "the early hours of Monday morning", "2022-08-01TMO"),
    ("The shop is open from 6 to 10 p.m. all week.", "6", "2022-08-03T18:00"),
    ("It rained between 11:30 and 1 p.m. on Monday.", "11:30", "2022-08-01T11:30"),
    ("He has led it for the past eight to 10 years.", "the past eight to 10 years", "P8Y"),
    ("He got four years and three months in jail.", "four years and three months", "P4Y3M"),
    ("He won in 4 hours, 31 minutes.", "4 hours, 31 minutes", "PT4H31M"),
    ("They meet every few days.", "every few days", "PXD"),
    ("They work five days a week.", "five days a week", "P1W"),
    ("It ended a decades-old feud.", "a decades-old", "PXY"),
    ("He ruled from 499 to 493 BC, and it fell.", "499", "BC0499"),
    ("He was jailed in the years 1955-57.", "57", "1957"),
    ("Output fell in the latter half of 2021.", "the latter half of 2021", "2021-H2"),
    ("As recently as last week they met.", "last week", "2022-W30"),
    ("The raid began at 2115 on 15 January.", "2115 on 15 January", "2022-01-15T21:15"),
    ("The polls close at 1730.", "1730", "2022-08-03T17:30"),
    ("Shots were heard at 1910 tonight.", "1910 tonight", "2022-08-03T19:10"),
    ("He was held from 0800 to 1500.", "1500", "2022-08-03T15:00"),
    ("Wages are told at 1998 prices.", "1998", "1998"),
    ("He served 7 and 1/2 years.", "7 and 1/2 years", "P7Y6M"),
    ("Slaves were kept from the 17th through 19th centuries.", "the 17th", "16"),
    ("Slaves were kept from the 17th through 19th centuries.", "19th centuries", "18"),
    ("A rise that the minister announced in September was dropped.", "September", "2021-09"),
    ("The vote that was to be held in September was dropped.", "September", "2022-09"),
    ("The case is heard in September.", "September", "2022-09"),
    ("On June 3 he spoke. The night before, he had slept.", "The night before", "2022-06-02TNI"),
    ("He slept the night before Christmas.", "the night before Christmas", "2021-12-24TNI"),
    ("It opened at 2110 yesterday.", "2110 yesterday", "2022-08-02T21:10"),
    ("He left shortly after 1400 this afternoon.", "1400 this afternoon", "2022-08-03T14:00"),
    ("No shots were heard after 1000 (1600 GMT).", "1000 (1600 GMT)", "2022-08-03T10:00"),
    ("They held the post from 1710 to 2250.", "1710", "2022-08-03T17:10"),
    ("The fair of 2010 today seems far away.", "2010", "2010"),
    ("By 2050 it could be gone.", "2050", "2050"),
    ("The treaty of 1878 was never signed.", "1878", "1878"),
    ("They met the week before last.", "the week before last", "2022-W29"),
    ("They meet the week after next.", "the week after next", "2022-W33"),
    ("They met the Monday before last.", "the Monday before last", "2022-07-25"),
    ("They met the day before last Friday.", "the day before last Friday", "2022-07-28"),
    ("Rates will rise by end-March.", "end-March", "2023-03"),
    ("Rates rose by end-2021.", "end-2021", "2021"),
    ("It rained in the past hour.", "the past hour", "PT1H"),
    ("The shop is closed on weekends.", "weekends", "XXXX-WXX-WE"),
    ("It stood for a quarter of a century.", "a quarter of a century", "P25Y"),
    ("It burned a half-century ago.", "a half-century ago", "1972"),
    ("They talked for three quarters of an hour.", "three quarters of an hour", "PT45M"),
    ("They met on Thursday (July 8) in Nadi.", "Thursday", "2021-07-08"),
    ("They met on July 8 (Thursday) in Nadi.", "July 8", "2021-07-08"),
    ("They left 0530 hrs.", "0530 hrs", "2022-08-03T05:30"),
    ("They were killed last July.", "last July", "2021-07"),
    ("They were killed last June.", "last June", "2022-06"),
    ("Police said that the bomb exploded on Aug. 4 in Suva.", "Aug. 4", "2022-08-04"),
])
def test_the_clause_and_the_report_say_which(text: str, words: str, value: str) -> None:
    assert (words, value) in values(text)


def test_a_fiscal_quarter_keeps_its_number_and_has_its_own_days() -> None:
    reading = read_times("Net for the fourth quarter ended June 30 fell.", WEDNESDAY)
    first = reading.expressions[0]
    assert (first.value, first.start, first.end) == ("2022-Q4", date(2022, 4, 1), date(2022, 7, 1))


def test_half_a_century_is_fifty_years() -> None:
    one = only("in the first half of the 19th century")
    assert (one.value, one.start, one.end) == ("18", date(1800, 1, 1), date(1850, 1, 1))


@pytest.mark.parametrize(("text", "told"), [
    ("He was held for 2.5 years.", [("2.5 years", "P2Y6M")]),
    ("They walked for 1,200 days.", [("1,200 days", "P1200D")]),
    ("They earned 2,000 a day.", []),
])
def test_an_amount_with_a_unit_of_time_is_a_length(text: str, told: list[tuple[str, str]]) -> None:
    assert [(time.text, time.value) for time in read_times(text, date(2024, 3, 4)).expressions] == told


@pytest.mark.parametrize(("text", "start", "end"), [
    ("They will confer later on Friday.", date(2022, 8, 5), date(2022, 8, 6)),
    ("He had resigned earlier Tuesday.", date(2022, 7, 26), date(2022, 7, 27)),
    ("The bridge fell later in May 1999.", date(1999, 5, 1), date(1999, 6, 1)),
    ("It was a post-1990 building.", date(1991, 1, 1), None),
])
def test_later_on_a_day_is_still_that_day(text: str, start: date, end: date | None) -> None:
    told = read_times(text, date(2022, 7, 31)).expressions
    assert [(each.start, each.end) for each in told] == [(start, end)]


@pytest.mark.parametrize(("words", "value"), [
    ("Police shot a man on Independence Day.", "2023-07-04"),
    ("Troops marched in Kyiv on Ukraine's Independence Day.", ""),
    ("Leaders met in Oswiecim on International Holocaust Remembrance Day.", "2024-01-27"),
    ("Leaders met in Kigali on Genocide Remembrance Day.", ""),
    ("Leaders met in London on Remembrance Day.", "2023-11-11"),
])
def test_a_day_that_nations_share_by_name_is_dated_only_as_the_one_meant(words: str, value: str) -> None:
    assert "".join(one.value for one in read_times(words, date(2024, 3, 4), language="en").expressions) == value


def test_a_national_day_told_in_another_country_has_no_known_date() -> None:
    assert not read_times("Police shot a man on Independence Day.", date(2024, 3, 4), language="en", country="KE").expressions


@pytest.mark.parametrize("text", [
    "June Farmer sang.", "They met Ms. April Stone.", "The files of June Stone burned.", "Judge Winter slept.",
    "Boats left Port August.", "A miner called Noon came out.", "He climbed over the Sunday Pass.", "They camped at Friday Cove.",
    "He told the Today programme so.", "The hotel \"Summer\" burned.",
])
def test_people_and_places_named_like_times_are_none(text: str) -> None:
    assert read_times(text, date(2022, 8, 3)).expressions == ()


@pytest.mark.parametrize(("text", "words"), [
    ("In June Farmer sang.", "June"), ("Talks with Oman in May Fair halls.", "May"), ("They met in Oslo Friday.", "Friday"),
    ("She said Friday President Stone left.", "Friday"), ("Since April Congress has sat.", "April"), ("U.S. April exports rose.", "April"),
    ("June was wet.", "June"), ("Rates rose after the Fed June meeting.", "June"), ("He met the President Friday.", "Friday"), ("They play in Group B Tuesday.", "Tuesday"),
])
def test_a_time_beside_a_name_stays_a_time(text: str, words: str) -> None:
    assert words in [one.text for one in read_times(text, date(2022, 8, 3)).expressions]


@pytest.mark.parametrize(("text", "value"), [
    ("The council wants elections in April, the mayor said.", "1990-04"), ("The gate will stay closed through April.", "1990-04"),
    ("They adopted it by 14 votes to none in April.", "1989-04"), ("Snow is forecast for April.", "1990-04"),
])
def test_the_clause_tells_which_april(text: str, value: str) -> None:
    assert [one.value for one in read_times(text, date(1989, 12, 23)).expressions] == [value]


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("words", ["last", "this", "next", "the previous", "the following"])
def test_no_named_step_breaks_in_any_month(words: str, month: int) -> None:
    for named in ("winter", "spring", "summer", "autumn", "quarter", "weekend", "Easter", "Ramadan", "June", "Friday", "July 4", "February"):
        assert read_times(f"They met {words} {named}.", date(2023, month, 28)).expressions


@pytest.mark.parametrize(("text", "words", "value"), [
    ("The street is closed from 8 a.m. on Monday, 8 August.", "8 a.m. on Monday, 8 August", "2022-08-08T08:00"),
    ("The meeting is on Thursday 11 August 2022 at 11.00.", "Thursday 11 August 2022 at 11.00", "2022-08-11T11:00"),
    ("Residents may go home on Sunday.", "Sunday", "2022-08-07"),
    ("The hearing is set for 6 p.m. Tuesday.", "6 p.m. Tuesday", "2022-08-09T18:00"),
    ("Sales fell from the same month last year.", "the same month last year", "2021-08"),
    ("It began in the thirties of the 19th century.", "the thirties of the 19th century", "183"),
    ("At 1150 hours they sighted three boats.", "1150 hours", "2022-08-03T11:50"),
])
def test_clocks_and_days_that_stand_together(text: str, words: str, value: str) -> None:
    assert (words, value) in values(text)


@pytest.mark.parametrize("text", ["The minutes of the meeting were read.", "The star lies 430 light-years away."])
def test_minutes_that_are_read_and_light_years_are_no_times(text: str) -> None:
    assert read_times(text, date(2022, 8, 3)).expressions == ()


@pytest.mark.parametrize(("text", "told"), [
    # what was called off lies on the nearer side
    ("A debate scheduled for Sunday evening was called off.", [("Sunday evening", "2022-07-31TEV")]),
    ("The hearing was due on Thursday but the judge fell ill.", [("Thursday", "2022-08-04")]),
    ("The sale was to begin on 20 July, but a storm came.", [("20 July", "2022-07-20")]),
    # a night ends with the day told of
    ("Four men were shot overnight.", [("overnight", "2022-08-02TNI")]),
    ("On Sunday the bank fell, and stocks sank overnight.", [("Sunday", "2022-07-31"), ("overnight", "2022-07-30TNI")]),
    ("Crews will work overnight.", [("overnight", "2022-08-03TNI")]),
    ("He was held on 3 June. Shots were fired overnight.", [("3 June", "2022-06-03"), ("overnight", "2022-08-02TNI")]),
    # how long, and how often
    ("The truce has held for the last week.", [("the last week", "P1W")]),
    ("It meets every other Thursday, and alternate Mondays are free.", [("every other Thursday", "XXXX-WXX-4"), ("Mondays", "XXXX-WXX-1")]),
    # British weeks
    ("The fair opens Saturday week, the court sits tomorrow fortnight.", [("Saturday week", "2022-08-13"), ("tomorrow fortnight", "2022-08-18")]),
    ("She resigned a week last Friday.", [("a week last Friday", "2022-07-22")]),
    # the clock
    ("Fire broke out at 9.20pm. By 10 o'clock the roof was gone; an hour later the walls fell.",
     [("9.20pm", "2022-08-03T21:20"), ("10 o'clock", "2022-08-03T22:00"), ("an hour later", "2022-08-03T23:00")]),
    ("A shot was heard at 9:15 p.m. and another ten seconds later.", [("9:15 p.m.", "2022-08-03T21:15"), ("another ten seconds", "PT10S")]),
    ("Doors open tonight at 7. It was ten past nine.", [("tonight at 7", "2022-08-03T19:00"), ("ten past nine", "2022-08-03T21:10")]),
    ("Forty years ago tonight the mill burned.", [("Forty years ago tonight", "1982-08-03TNI")]),
    ("Sales rose in the April-June quarter.", [("the April-June quarter", "2022-Q2")]),
    ("In the winter of 1936 he fell; by the next summer he walked.", [("the winter of 1936", "1936-WI"), ("the next summer", "1937-SU")]),
    ("The notes are due July 1, 2026. Interest was paid on June 30.", [("July 1, 2026", "2026-07-01"), ("June 30", "2022-06-30")]),
    ("Votes could be cast as early as March.", [("March", "2023-03")]),
])
def test_what_news_says(text: str, told: list[tuple[str, str]]) -> None:
    assert values(text) == told


def test_a_night_in_news_is_of_both_its_days() -> None:
    night = only("Four men were shot overnight.", date(2022, 8, 2))
    assert (night.start, night.end, night.precision) == (date(2022, 8, 1), date(2022, 8, 3), Precision.RANGE)
