"""One event, many mentions: what must merge, what must not, and that the order of telling is nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Actor, Basis, Count, GeoBasis, Mention, Place, PlaceKind, Precision, Span, Status, When
from transforms.merge import best_told, merge

DAY = date(2021, 3, 14)


def actor(code: str, name: str = "") -> Actor:
    country = code[:3] if code[:3] in ("RUS", "UKR", "NGA", "SDN", "TUR") else ""
    kind = code[3:6] if country else code[:3]
    return Actor(code, name or code, name or code, Span(0, 1), country=country, type1=kind)


def on(day: date, days: int = 1, basis: Basis = Basis.TEXT) -> When:
    return When(day, day + timedelta(days=days), Precision.DAY if days == 1 else Precision.MONTH, basis)


KADUNA = Place(Span(0, 1), "Kaduna", "Kaduna", PlaceKind.CITY, 10.52, 7.44, "NG", geonameid=2335727)
LAGOS = Place(Span(0, 1), "Lagos", "Lagos", PlaceKind.CITY, 6.45, 3.39, "NG", geonameid=2332459)
NIGERIA = Place(Span(0, 1), "Nigeria", "Nigeria", PlaceKind.COUNTRY, 10.0, 8.0, "NG", geonameid=2328926)

RAID = Mention(
    article_id="a1", version="v", source_id="s", sentence_number=1, trigger=Span(10, 18), evidence_span=Span(0, 60),
    evidence="Gunmen kidnapped 39 students from a forestry college near Kaduna", code="181", source=actor("UAF", "gunmen"),
    target=actor("NGAEDU", "students"), when=on(DAY), place=KADUNA, geo_basis=GeoBasis.CLAUSE, status=Status.ASSERTED)


def told(article: str, **changes: object) -> Mention:
    return replace(RAID, article_id=article, **changes)


def test_the_same_raid_told_by_three_papers_is_one_event_with_three_mentions():
    other_words = "Armed men abducted dozens of students at a forestry college in Kaduna state"
    events = merge([RAID, told("a2", evidence=other_words), told("a3", place=NIGERIA)])
    assert len(events) == 1
    assert len(events[0].mention_ids) == 3
    assert events[0].place == KADUNA and events[0].code == "181"


def test_different_days_never_merge():
    assert len(merge([RAID, told("a2", when=on(DAY + timedelta(days=1)))])) == 2


def test_different_towns_never_merge_not_even_over_a_vague_third():
    assert len(merge([RAID, told("a2", place=LAGOS), told("a3", place=NIGERIA)])) == 2


def test_different_countries_as_doers_never_merge():
    one = told("a1", code="190", source=actor("RUSMIL"), target=actor("UKRMIL"))
    assert len(merge([one, told("a2", code="190", source=actor("UKRMIL"), target=actor("RUSMIL"))])) == 2


def test_a_country_goes_with_its_government():
    one = told("a1", code="042", source=actor("TUR"), target=actor("SDN"))
    assert len(merge([one, told("a2", code="042", source=actor("TURGOV"), target=actor("SDNGOV"))])) == 1


def test_a_threat_is_not_the_deed():
    assert len(merge([RAID, told("a2", status=Status.THREATENED)])) == 2


def test_tolls_that_cannot_be_one_count_tell_two_events_apart():
    assert len(merge([told("a1", killed=Count(2, 2, 2)), told("a2", killed=Count(90, 90, 90))])) == 2


def test_two_statements_of_one_day_stay_two():
    """Of different countries, by different speakers or in different words of two papers."""
    one = told("a1", code="010", evidence="The minister said that the harvest was the best in ten years")
    two = replace(one, evidence="He said schools would open on Monday", trigger=Span(100, 104), sentence_number=2)
    assert len(merge([one, replace(two, target=actor("KEN"))])) == 2
    assert len(merge([one, replace(two, source=actor("SDNGOV", "premier"))])) == 2
    assert len(merge([one, replace(two, article_id="a2")])) == 2
    assert len(merge([one, two])) == 1


def test_an_event_keeps_its_id_when_more_mentions_arrive_and_a_merge_leaves_a_redirect():
    first = merge([RAID])[0]
    known = {first.mention_ids[0]: first.event_id}
    again = merge([RAID, told("a2")], known)
    assert [event.event_id for event in again] == [first.event_id]
    lone = merge([told("a9")])[0]
    both = merge([RAID, told("a9")], known | {lone.mention_ids[0]: lone.event_id})
    assert len(both) == 1
    assert {both[0].event_id, *both[0].replaced_ids} == {first.event_id, lone.event_id}


def test_the_two_directions_of_a_meeting_are_one_event():
    one = told("a1", code="040", source=actor("TURGOV"), target=actor("RUSGOV"), is_reciprocal=True)
    back = replace(one, source=one.target, target=one.source)
    events = merge([one, back])
    assert len(events) == 1 and events[0].is_reciprocal
    assert len(events[0].mention_ids) == 2


@pytest.mark.parametrize("code, other", [("TURGOV", ""), ("TURGOV", "TURGOV")])
def test_a_meeting_keeps_its_two_sides_whatever_their_codes(code, other):
    one = told("a1", code="040", source=actor(code, "Mehmet Kaya"), target=actor(other, "Deniz Aydin"), is_reciprocal=True)
    later = replace(one, sentence_number=one.sentence_number + 1, trigger=Span(90, 94))
    for tellings in ([one, back(one)], [one, back(later)], [back(one), later]):
        event, = merge(tellings)
        assert event.source and event.target
        assert {event.source.name, event.target.name} == {"Mehmet Kaya", "Deniz Aydin"}


def test_two_people_of_one_trade_are_two():
    def arrest(name: str, at: int) -> Mention:
        return told("a1", code="173", source=actor("USACOP", "police"), target=replace(actor("USACVL", name), basis="context"), place=None,
                    geo_basis=GeoBasis.NONE, evidence=f"Police also arrested {name} on Sunday", trigger=Span(at, at + 8), sentence_number=at)
    assert len(merge([arrest("Dora Keller", 10), arrest("Ann Moss", 60), arrest("Ms Keller", 90)])) == 2
    assert len(merge([arrest("Volodymyr Zelensky", 10), arrest("Mr Zelenskyy", 60)])) == 1


def test_who_meets_two_people_of_no_known_office_meets_them_apart():
    def meeting(name: str, at: int) -> Mention:
        return told("a1", code="040", source=actor("GOV", "minister"), target=replace(actor("", name), basis="unknown"), is_reciprocal=True,
                    place=None, geo_basis=GeoBasis.NONE, evidence=f"The minister met {name} on Sunday", trigger=Span(at, at + 3), sentence_number=at)
    petrov, novak = meeting("Ivan Petrov", 10), meeting("Anna Novak", 60)
    assert len(merge([petrov, back(petrov), novak, back(novak)])) == 2


def test_loading_twice_counts_once():
    assert merge([RAID, RAID]) == merge([RAID])


mentions = st.builds(
    told, st.sampled_from(["a1", "a2", "a3", "a4"]),
    when=st.sampled_from([on(DAY), on(DAY + timedelta(days=1)), on(date(2021, 3, 1), 31), on(DAY, basis=Basis.PUBLICATION)]),
    place=st.sampled_from([KADUNA, LAGOS, NIGERIA, None]),
    code=st.sampled_from(["181", "190", "010", "173"]),
    source=st.sampled_from([actor("UAF", "gunmen"), actor("RUSMIL"), actor("RUS"), None]),
    status=st.sampled_from([Status.ASSERTED, Status.CLAIMED, Status.PLANNED]),
    trigger=st.sampled_from([Span(10, 18), Span(40, 44)]),
    killed=st.sampled_from([Count(), Count(3, 3, 3), Count(40, 40, None)]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(mentions, max_size=12), st.randoms())
def test_the_order_of_telling_changes_nothing(told_, random):
    shuffled = list(told_)
    random.shuffle(shuffled)
    # one id has one content: equal ids with other fields cannot come from one reader version
    unique = {mention.mention_id: mention for mention in told_}
    assert merge(unique.values()) == merge([unique[m.mention_id] for m in shuffled])


TALKS = told("a1", code="046", source=actor("TUR", "Turkey"), target=actor("SDN", "Sudan"), is_reciprocal=True, place=None, geo_basis=GeoBasis.NONE,
             evidence="Turkey held talks with Sudan on Sunday")


def back(mention: Mention) -> Mention:
    return replace(mention, source=mention.target, target=mention.source)


def test_a_visit_and_both_directions_of_the_talks_are_one_event():
    visit = told("a1", code="042", source=actor("TURGOV", "Turkish minister"), target=actor("SDN", "Sudan"), place=None, geo_basis=GeoBasis.NONE,
                 evidence="The Turkish minister was in Sudan on Sunday", trigger=Span(100, 103), sentence_number=2)
    events = merge([visit, TALKS, back(TALKS)])
    assert len(events) == 1 and events[0].is_reciprocal
    assert events[0].source and events[0].source.code == "TURGOV"       # who made the visit


def test_meetings_with_two_others_are_two_events_where_the_host_is_unknown():
    one, two = replace(TALKS, source=None, target=actor("TUR", "Turkey")), replace(TALKS, source=None, target=actor("SDN", "Sudan"))
    assert len(merge([one, two])) == 2


def test_a_clash_of_nobody_named_is_the_one_that_its_day_names():
    clash = told("a1", code="190", source=None, target=None, trigger=Span(200, 205), sentence_number=5, evidence="Sunday's bloodshed worries the region")
    raid = replace(RAID, code="190")
    assert len(merge([raid, clash])) == 1
    assert len(merge([raid, replace(clash, when=on(DAY - timedelta(days=2)))])) == 2


def test_an_allusion_joins_the_telling_that_it_fits_though_another_of_the_group_differs():
    open_ended = When(None, DAY + timedelta(days=3), Precision.UNKNOWN, Basis.NARRATIVE)
    clash = told("a1", code="190", source=None, target=None, trigger=Span(200, 205), sentence_number=5, evidence="Sunday's bloodshed worries the region")
    allusion = told("a1", code="190", target=actor("NGACVL", "children"), when=open_ended, trigger=Span(300, 306), sentence_number=9,
                    evidence="The president condemned the bloodshed")
    assert len(merge([replace(RAID, code="190"), clash, allusion])) == 1


def test_a_people_s_name_is_one_in_two_spellings():
    one = told("a1", source=Actor("RUSUAF", "Russian gunmen", "Russian gunmen", Span(0, 1), country="RUS", type1="UAF"))
    two = told("a1", source=Actor("UKRUAFrus", "ethnic Russian gunmen", "ethnic Russian gunmen", Span(0, 1), country="UKR", type1="UAF", ethnic="rus"),
               trigger=Span(100, 106), sentence_number=2)
    assert len(merge([one, two])) == 1
    other = replace(two, source=Actor("UKRUAF", "Ukrainian gunmen", "Ukrainian gunmen", Span(0, 1), country="UKR", type1="UAF"))
    assert len(merge([one, other])) == 2


def test_the_best_telling_names_both_sides_in_a_verb():
    bare = told("a1", source=None, evidence="after Sunday's kidnapping", trigger=Span(300, 310), sentence_number=8, confidence=0.6)
    told_fully = replace(RAID, when=on(DAY, basis=Basis.NARRATIVE))
    assert best_told([bare, told_fully], "181") == told_fully


def test_who_goes_on_speaking_spoke_once_that_day():
    one = told("a1", code="010", target=None, evidence="The minister said that the harvest was the best in ten years")
    two = told("a1", code="010", target=None, evidence="He said schools would open on Monday", trigger=Span(100, 104), sentence_number=2)
    assert len(merge([one, two])) == 1
    assert len(merge([one, replace(two, article_id="a2")])) == 2


def test_who_seals_off_the_place_of_an_attack_did_not_make_it():
    sealed = told("a1", code="191", source=actor("NGACOP", "police"), target=None, trigger=Span(80, 86), sentence_number=2,
                  evidence="Police sealed off the college in Kaduna after the gunmen abducted the students")
    assert len(merge([RAID, sealed])) == 2


@pytest.mark.parametrize("first, second, evidence", [
    ("190", "201", "Gunmen killed nine people in Kaduna and drove hundreds from their homes"),
    ("190", "181", "Gunmen attacked a village near Kaduna and abducted nine people"),
    ("193", "192", "Gunmen shot nine soldiers near Kaduna and seized their base"),
    ("173", "1711", "Police arrested the editor and seized the paper's computers"),
    ("141", "143", "Teachers marched through Kaduna and went on strike"),
    ("141", "144", "Drivers rallied in Kaduna and blocked the road to the capital"),
])
def test_two_kinds_of_deed_in_one_sentence_are_two_events(first, second, evidence):
    one = told("a1", code=first, evidence=evidence)
    assert len(merge([one, replace(one, code=second, trigger=Span(40, 45))])) == 2


def test_an_attack_and_its_killing_are_one_event():
    killed = told("a1", code="190", evidence="Gunmen killed nine people in Kaduna in a shooting at the market")
    assert len(merge([killed, replace(killed, code="193", trigger=Span(40, 45))])) == 1


def test_an_article_calls_the_same_people_by_many_words_and_two_papers_tell_of_two():
    people = [replace(actor(code, name), basis="role") for code, name in (("NGAEDU", "students"), ("NGACVL", "captives"), ("NGAMED", "nurses"))]
    students, captives, nurses = (replace(RAID, target=who, trigger=Span(10 + at, 18 + at), sentence_number=at) for at, who in enumerate(people))
    assert len(merge([students, captives])) == 1
    assert len(merge([students, replace(nurses, article_id="a2")])) == 2
