"""Which words look like a time and are a name: Judge Winter, June Park, 1945 Oak Avenue, the calle 9 de Julio."""

from __future__ import annotations

import functools
import re

from transforms.times.calendars import holidays
from transforms.times.grammar import Reading
from transforms.times.phrases import Feast, Part
from transforms.times.tokens import word_rows, words_of

_QUOTES = "\"'`“”‘’«»"
# One word that names a month, a weekday, a season or a time of day, and people.
_BARE = frozenset({"month", "month_in_context", "weekday", "weekdays", "season", "today", "noon", "feast"})
# What streets and squares are called by.
_OF_STREETS = frozenset({"day_month", "month_day", "day_month_year", "month", "season", "feast", "bare_year"})
_LARGE_NOUNS = "de"                                      # the language that writes every noun with a capital
_QUOTED = re.compile(r"[\"“”„«»‘][ \u00a0\u202f]?$"), re.compile(r"[ \u00a0\u202f]?[\"“”»«’]")
_NEXT = re.compile(r" ([^\W\d_]{2,})")
# What stands before a person's name, and, before all but a weekday ("met the President Friday"), before a person's or a place's.
_ADDRESS = re.compile(r"\b(?:(?:[Mm]r|[Mm]rs|[Mm]s|[Dd]r|Prof)\.?|Miss|Sir|Lady|Lord|(?<![.\w])[A-Z]\.) $")
_TITLE = re.compile(r"""(?:\b(?:(?:Gen|Sen|Rep|Capt|Col|Lt|Sgt|Gov|St|v|vs)\.?
    |General|Judge|Justice|Senator|Agent|Captain|Colonel|Major|Sergeant|Professor|Minister|President|King|Queen|Saint|von|van
    |Port|Fort|Cape|Lake|Mount|Bayou)|&)\ $""", re.VERBOSE)
_TWO_NAMES = re.compile(r"[A-ZÀ-Ž][a-zà-ž]+ [A-ZÀ-Ž][a-zà-ž]+")
# What a number after "the" counts: in small letters anything but the words that begin a clause, in large ones troops, houses and meetings.
_CLAUSE = """the in and to on he she it they we i you his her its their our my this that these those a an no all both some most many several few another each every
    two three four five six seven eight nine ten about nearly almost over more only even not there here who which when where while as at by for from
    with without under near after before until since but or then thus so because if though although was were is are had has have did would could
    will may might of"""
_NUMBERED = re.compile(rf"""[ ](?:(?!(?:{'|'.join(_CLAUSE.split())})\b|[a-z]+(?<![su])s\b)[a-z]
    |(?:[A-Z][\w.’'-]*[ ]){{0,3}}(?:Arm(?:y|ies)|Corps|Divisions?|Brigades?|Regiments?|Battalions?|Squadrons?|Infantry|Cavalry|Artillery|Fleet
    |Hussars|Lancers|Dragoons|Guards|Rifles|Foot|Light|Panzer|Airborne|Marines?|Wing|Group|Force|Company|Troops?
    |Street|St|Avenue|Ave|Road|Floor|Ward|District|Arrondissement|Precinct|Century|Congress|Amendment|Session|Summit|Parliament|Party|Plenum
    |Conference|Festival|Anniversary|Annual|Circuit|International|Edition|Games|Duke|Earl|Baron|Lord|Viscount|Marquess)\b)""", re.VERBOSE)
_BEFORE = re.compile(r"(\S+) $")
# What stands before a month that is one: prepositions, steps and what is joined to it.
_OF_TIME = frozenset("""in by since until till from to through during for between before after around about last next this past early mid late
    and or into each every throughout towards toward""".split())


def is_name(text: str, reading: Reading, language: str) -> bool:
    """Whether the words name a person, a house, a broadcast or games: June Park, 1945 Oak Avenue, "This Week", Winter Olympics."""
    if _is_of_street(text, reading, language) or (reading.rule in _BARE | {"day_month", "month_day"} and _is_somebody(text, reading, language)):
        return True
    match reading.rule:
        case "bare_year" | "year_in_context":
            return _house(language).match(text, reading.end) is not None
        case "step" | "length" | "length_the" | "length_span":
            last = text[reading.start:reading.end].rsplit(maxsplit=1)[-1]
            around = text[max(0, reading.start - 1):reading.start] + text[reading.end:reading.end + 2].lstrip(",.")[:1]
            return last[0].isupper() and not last.isupper() and len(last) < reading.end - reading.start and any(
                mark in _QUOTES for mark in around)
        case "season":
            # English writes a season small, and the Winter Olympics large; a year beside it makes it a date again.
            season = text[reading.start:reading.end].split()[-1]
            is_large = season[0].isupper() and not season.isupper() and isinstance(reading.phrase, Part) and reading.phrase.year is None
            return language == "en" and is_large and re.match(r"(?: of)? [^\W\d_a-z][^\W\d_A-Z]", text[reading.end:reading.end + 6]) is not None
        case "the_unit" | "month_named_by_the":
            # Man of the Year, the March Against Hate
            last = text[reading.start:reading.end].rsplit(maxsplit=1)[-1]
            following = text[reading.end + 1:reading.end + 3]
            return last[0].isupper() and not last.isupper() and (reading.rule == "the_unit" or following.istitle())
        case "length_vague":
            # Minutes of the council, the minutes of 6 December
            words = text[reading.start:reading.end]
            return words.lower() == "minutes" and text.startswith(" of", reading.end) and (words[0] == "M" or text[max(0, reading.start - 4):reading.start].lower() == "the ")
        case "feast" if reading.phrase in (Feast("ramadan"), Feast("eid")):
            # Taha Yassin Ramadan, Ramadan Shallah
            before, after = text[max(0, reading.start - 40):reading.start], text[reading.end + 1:reading.end + 3]
            return text[reading.start].isupper() and (after.istitle() or _FORENAME.search(before) is not None)
        case "ordinal_day" | "part_of_nth":
            # the 19th Hussars, the 28th floor; but "on the 19th Davout", "on the 28th he"
            return _NUMBERED.match(text, reading.end) is not None
        case "set":
            return text[reading.start].isupper() and re.search(r"[^\W\d_] $", text[max(0, reading.start - 2):reading.start]) is not None
        case _:
            return False


def _is_somebody(text: str, reading: Reading, language: str) -> bool:
    """Whether one capitalised word is somebody's or something's name, by what stands around it."""
    word = text[reading.start:reading.end]
    if reading.rule in ("day_month", "month_day") and language not in ("en", _LARGE_NOUNS) and _TWO_NAMES.fullmatch(word):
        return True                                      # Julio Segundo
    if " " in word or not word[0].isupper() or (word.isupper() and len(word) > 1 and reading.rule != "feast"):
        return False
    before, after = text[max(0, reading.start - 40):reading.start], text[reading.end:reading.end + 30]
    if _QUOTED[0].search(before) and _QUOTED[1].match(after):
        return True                                      # the hotel "Zima"
    if reading.rule == "feast":
        return word.isupper() and language != "en" and not text.isupper()      # ASUNCIÓN, 21 de agosto
    if before.endswith("-") and language != "en":
        return True                                      # Champ-de-Mars
    if _ADDRESS.search(before) or (reading.rule != "weekday" and language != _LARGE_NOUNS and _TITLE.search(before)):
        return True
    is_first = _OPENS.search(before) is not None
    following = _NEXT.match(after)
    is_followed = following is not None and following[1].istitle()
    if language == "en":
        return _is_english_name(reading.rule, before, is_first, is_followed)
    if language == _LARGE_NOUNS:
        # Karin Mai; but "am Montag", "Ende Mai" and "Wien, Montag"
        previous = _BEFORE.search(before)
        return not is_first and previous is not None and previous[1][0].isupper() and previous[1][-1].isalpha() and previous[1].lower() not in _words(language)
    return is_followed if is_first else True             # Julio Enero; who writes months small writes Abril Domingo large


def _is_english_name(rule: str, before: str, is_first: bool, is_followed: bool) -> bool:
    previous = _BEFORE.search(before)
    word = previous[1] if previous else ""
    match rule:
        case "noon" | "today":
            return not is_first and (rule == "noon" or word.islower())
        case "month" | "month_in_context":
            if is_first:
                return is_followed                       # June Park said
            is_after_name = word[:1].isupper() and word[-1:].isalpha() and not word.isupper() and word.lower() not in _OF_TIME
            farther = before[:-len(word) - 1]            # "the Fed June meeting" has an article, "In June" opens its sentence
            return (is_after_name and _OPENS.search(farther) is None and _ARTICLE.search(farther) is None) or (is_followed and word.lower() not in _OF_TIME and word.isalpha())
        case "weekday":
            return is_followed and word in ("the", "at")      # at Friday Cove, the Sunday Pass
        case _:
            return False


_ARTICLE = re.compile(r"\b(?:the|an?|its|his|her|their|our|this|[A-Z]\w+['’]s) $", re.I)
_OPENS = re.compile(r"(?:^|[.!?:;\n\"“”„«»(\[–—-][\"”’')\]]*\s*)$")


def _is_of_street(text: str, reading: Reading, language: str) -> bool:
    """Whether a street or square is called by a date: rue du 4 Septembre."""
    return language != "en" and reading.rule in _OF_STREETS and _way(language).search(text[max(0, reading.start - 30):reading.start]) is not None


@functools.cache
def _words(language: str) -> frozenset[str]:
    """The words that stand in the times of a language: prepositions, steps, units."""
    return frozenset(row.word for row in word_rows() if row.language == language)


@functools.cache
def _way(language: str) -> re.Pattern[str]:
    """The word for a street before its name."""
    return re.compile(rf"\b{words_of(language, 'way')} (?:(?i:del?|du|des|la|el|l['’]) ?)*$")


@functools.cache
def _house(language: str) -> re.Pattern[str]:
    """One to three capitalised words and a kind of street, as they follow a house number."""
    return re.compile(rf"(?: [A-Z0-9][\w.]*+){{1,3}}? {words_of(language, 'street')}(?!\w)")


# A word of a name that is not the first of its sentence: "said Tariq Ramadan", not "During Ramadan", "the Muslim Ramadan".
_FORENAME = re.compile(r"[\w,;] (?!(?:Holy|Muslim|Islamic)\b)[A-Z][a-z]+ $")
_OWNER = re.compile(r"""(?:\b(?!(?:The|This|On|Every|Each|US|U\.S\.|American|America['’]s)\b)[A-Z][\w.]*(?:['’]s?)?|\b(?:their|its|his|her|own)|\w['’]s) $""")


def is_of_another_nation(text: str, reading: Reading, told_in: str) -> bool:
    """Whether a day that nations share by name is another's: "Ukraine's Independence Day", "Independence Day" told in Kenya."""
    if not isinstance(reading.phrase, Feast):
        return False
    owner = holidays()[reading.phrase.name].country
    return bool(owner) and (told_in not in ("", owner) or _OWNER.search(text[max(0, reading.start - 30):reading.start]) is not None)
