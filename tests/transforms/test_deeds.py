"""What a sentence tells as done, who did it to whom, and what it only mentions."""

from __future__ import annotations

import pytest

from schemas.records import LOADED_STATUSES, Status


@pytest.mark.parametrize("text", [
    "Peru has long accused Chile of spying.",
    "The Danish minister usually criticises Greenland.",
])
def test_a_stance_of_long_standing_is_no_event(told, text):
    assert told(text) == []


def test_violence_is_news_each_time(told):
    assert [code for code, _, _ in told("Soldiers routinely killed villagers in Burma.")] == ["190"]


@pytest.mark.parametrize("text", [
    "Three people were killed when a bus overturned in Bolivia.",
    "Floods that displaced thousands killed nine people in Mozambique.",
    "Two pilots died after a plane crashed near Oslo.",
    "Police held the driver of a lorry that collided with a tram as it left Turin, killing four people and injuring nine.",
])
def test_nobody_does_an_accident(told, text):
    assert not [code for code, _, _ in told(text) if code[:2] in ("18", "19", "20")]


def test_an_attack_in_a_crowded_street_is_still_an_attack(told):
    assert "183" in {code for code, _, _ in told("Nine people were killed in a bombing that caused a stampede in Lagos.")}


@pytest.mark.parametrize(("text", "code"), [
    ("Norway and Chad signed an agreement on fish, the news agency said.", "057"),
    ("Brazil recognised Kosovo, the ministry said.", "054"),
    ("Brazil criticised Bolivia, the news agency reported.", "111"),
])
def test_what_another_reports_is_the_event_and_not_its_reporting(told, text, code):
    assert [each for each, _, _ in told(text)] == [code]


def test_what_was_said_is_a_mention_of_words(told):
    assert "111" not in {code for code, _, _ in told("Greece asked Turkey to end what it described as provocations.")}


@pytest.mark.parametrize(("text", "code"), [
    ("Helicopters killed two fighters in Mali.", "195"),
    ("A car bomb killed two soldiers in Mali.", "1832"),
    ("Soldiers killed two fighters in Mali.", "190"),
    ("UN peacekeepers arrived in Liberia.", "074"),
    ("The Liberian president arrived in Ghana.", "042"),
])
def test_the_same_verb_is_another_deed_by_who_does_it(told, text, code):
    assert [each for each, _, _ in told(text)] == [code]


def test_a_title_tells_what_a_name_is(told):
    assert told("Soldiers ousted President Mugabe.") == [("192", "Soldiers", "Mugabe")]


def test_an_adjective_may_stand_between_the_words_of_a_condition(told):
    assert "062" in {code for code, _, _ in told("Japan and India held large joint naval exercises.")}


@pytest.mark.parametrize(("text", "status"), [
    ("Mali will attack the rebels.", Status.PLANNED),
    ("Mali may attack the rebels.", Status.HYPOTHETICAL),
    ("Mali did not attack the rebels.", Status.NEGATED),
    ("Mali attacked the rebels.", Status.ASSERTED),
])
def test_an_auxiliary_says_whether_it_happened(deeds_of, text, status):
    assert [deed.status for deed in deeds_of(text)] == [status]


def test_a_threat_and_a_promise_are_deeds_of_their_own(told):
    assert [code[:2] for code, _, _ in told("Mali threatened to attack the rebels.")] == ["13"]
    assert [code[:2] for code, _, _ in told("Mali promised to release the rebels.")] == ["03"]


def test_a_declaration_speaks_for_its_author(told):
    assert ("1053", "Rebels", "Angola") in told("Rebels issued a declaration demanding that Angola release the prisoners.")


@pytest.mark.parametrize(("text", "told_codes"), [
    ("Norway is prepared to lift the embargo.", ["0354"]),
    ("Norway is not prepared to lift the embargo.", []),
    ("The bishop said Norway must be ready to lift the embargo.", ["1054"]),
])
def test_the_copula_tells_for_its_adjective(told, text, told_codes):
    assert [code for code, _, _ in told(text)] == told_codes


@pytest.mark.parametrize(("text", "code"), [
    ("Students marched in Lima to demand the resignation of the president.", "1411"),
    ("Nurses went on strike in Lima to protest the budget.", "1432"),
    ("Students marched in Lima to demand independence.", "1414"),
    ("Students marched in Lima.", "141"),
])
def test_what_a_protest_wants_is_its_last_digit(told, text, code):
    assert code in {each for each, _, _ in told(text)}


def test_what_is_discussed_takes_no_part(told):
    assert told("Chile and Peru discussed the arrest of Bolivians.") == [("040", "Chile", "")]


def test_who_is_praised_or_accused_did_what_it_is_for(told):
    assert ("1712", "France", "") not in told("Mali accused France of lying and burning villages.")
    assert all(source != "Biden" for code, source, _ in told("Biden praised Kenya for sending police to Haiti.") if code != "051")


def test_a_governors_not_holds_for_what_completes_it(deeds_of):
    assert {deed.status for deed in deeds_of("The army did not succeed in capturing the town.")} == {Status.NEGATED}


def test_what_is_alleged_is_claimed(deeds_of):
    assert [deed.status for deed in deeds_of("Soldiers allegedly killed nine villagers in Chad.")] == [Status.CLAIMED]


def test_an_order_to_ones_own_forces_is_the_deed(told):
    assert [code for code, _, _ in told("The Chadian president ordered the army to attack the rebels.")] == ["190"]


@pytest.mark.parametrize("text", ["The clash was a rebellion by Catalan farmers.", "Sunday's march was a rebellion against Madrid."])
def test_a_noun_that_describes_a_deed_tells_no_other(told, text):
    assert not [code for code, _, _ in told(text) if code[:2] in ("18", "19")]


def test_there_was_tells_of_a_deed(told):
    assert [code for code, _, _ in told("There was an attack by Russian troops on Kharkiv on Monday.")] == ["190"]


def test_a_relation_that_stands_is_not_made_today(told):
    assert told("Kosovo is recognized by Germany.") == []
    assert [code for code, _, _ in told("Kosovo was recognized by Germany in 2008.")] == ["054"]


def test_they_who_met_are_not_the_paper_that_says_so(deeds_of):
    deeds = deeds_of("They discussed the border dispute on Monday, according to the Interfax agency.")
    assert [deed.source.text for deed in deeds if deed.source] == ["They"]


def test_a_war_named_after_a_place_was_not_waged_by_it(deeds_of):
    assert [deed.source for deed in deeds_of("The Kosovo war began in March 1999.")] == [None]


@pytest.mark.parametrize("text", [
    "Norway condemned attacks on journalists in Sudan.", "Armenia accused Azerbaijan of massacres.", "Vietnam remains a country that refused to sign the treaty."])
def test_what_is_only_judged_or_describes_points_back(deeds_of, text):
    assert [deed.is_allusion for deed in deeds_of(text) if deed.code[:2] in ("12", "18", "19", "20")] in ([True], [])
    assert [deed.code[:2] for deed in deeds_of(text) if not deed.is_allusion] in (["11"], [])


@pytest.mark.parametrize("text", [
    "In the north, contact the Ministry of Health in Egypt at 555 0100.",
    "Israel barred him from visiting Egypt.",
])
def test_what_a_reader_is_told_to_do_or_what_is_prevented_does_not_happen(told, text):
    assert not [code for code, _, _ in told(text) if code[:2] == "04"]


@pytest.mark.parametrize(("text", "status"), [
    ("The Turkish minister will attend talks with Iran.", Status.PLANNED),
    ("Israel will respond to an Iraqi attack on Jordan.", Status.HYPOTHETICAL),
    ("Two men with a history of attacks against Spain live in Oslo.", Status.HYPOTHETICAL),
    ("Norway will send doctors after an Iraqi attack on Jordan.", Status.ASSERTED),
])
def test_a_noun_lies_as_far_ahead_as_its_clause(deeds_of, text, status):
    assert [deed.status for deed in deeds_of(text) if deed.is_nominal or deed.code[:3] == "036"][-1:] == [status]


def test_a_judged_attack_was_not_made_by_its_judge(told):
    assert [code for code, _, _ in told("The Norwegian minister called the attack outrageous.")] == ["111"]


@pytest.mark.parametrize("text", [
    '"This is too late," added the minister.',
    '"It snowed all day," Mayor Ingrid Dahl exclaimed on the radio.',
    '"It snowed all day," the Danish ambassador joked.',
    '"The dam holds," reads a statement from the Ghanaian ministry.',
])
def test_who_utters_a_quotation_makes_a_statement_whatever_the_verb(told, text):
    (code, source, target), = told(text)
    assert code[:2] in ("01", "11") and source in ("minister", "Dahl", "ambassador", "ministry") and not target


@pytest.mark.parametrize("text", [
    "The Kenyan president eschewed criticising Somalia.",
    "A camera captured the Kenyan soldiers near the gate.",
    "The Kenyan doctors treated their patients like kings.",
    "Three Kenya Airways flights that had left for Somalia turned back.",
])
def test_what_is_left_undone_or_done_by_things_is_no_deed(told, text):
    assert told(text) == []


def test_what_would_have_been_is_no_intent(told):
    assert [code for code, _, _ in told("The Peruvian minister said the bridge would have helped Chile.")] == ["010"]


def test_who_is_outspoken_in_doing_something_does_it(told):
    assert ("111", "senator", "Iran") in told("The senator has been outspoken in condemning Iran.")


def test_who_would_like_to_give_thanks_gives_them(told):
    assert told('"I would like to give my thanks to the Polish doctors," the Irish president said.') == [("051", "president", "doctors")]


def test_a_speaker_who_recalls_something_in_his_own_words_says_it_once(told):
    assert told("“I recall the snow of that winter,” the Danish minister said.") == [("010", "minister", "")]


@pytest.mark.parametrize("text, code", [
    ("I would like to congratulate President Xi.", "051"),
    ("We want to apologise to the Polish families.", "055"),
    ("Germany would like to attack Iran.", None),
    ("We would like to invite the Iranian president.", None),
    ("I would not like to thank President Xi.", None),
])
def test_a_polite_wish_does_what_is_done_by_saying_it_and_nothing_else(told, text, code):
    assert [found for found, _, _ in told(text)] == ([code] if code else [])


@pytest.mark.parametrize("text, status", [
    ("The general is to be arrested.", Status.PLANNED),
    ("Three ministers are to meet the Iranian president.", Status.PLANNED),
    ("Peru and Chile will hold a third round of talks in Lima.", Status.PLANNED),
    ("Norway became the first country to recognise Chad.", Status.ASSERTED),
    ("She was the second minister to be arrested in Peru.", Status.ASSERTED),
    ("Norway became the fourth Nordic country this year to recognise Chad.", Status.ASSERTED),
])
def test_what_is_to_be_done_is_planned_and_one_of_a_row_is_done(deeds_of, text, status):
    assert [deed.status for deed in deeds_of(text)] == [status]


@pytest.mark.parametrize("text", [
    "The aim of the Danish army is to attack Iran.",
    "A man to be executed in Texas wrote to the Peruvian governor.",
    "The factory gave off a smell in Peru.",
])
def test_a_purpose_a_sentence_to_come_or_a_smell_is_no_deed(told, text):
    assert not [code for code, _, _ in told(text) if code[:2] != "01"]


def test_it_that_would_take_a_year_promises_nothing(told):
    assert [code for code, _, _ in told("The Danish minister said it would take a year.")] == ["010"]
    assert [code for code, _, _ in told("The Danish ministry said it would rebuild the bridge.")] == ["030"]


def test_who_only_says_what_an_air_strike_did_did_not_fly_it(told):
    found = told("Kenyan officials condemned Ethiopian air strikes that they said killed nine villagers.")
    assert [source for code, source, target in found if target == "villagers"] in (["strikes"], ["Ethiopian"])


def test_whom_an_attack_shocks_it_did_not_hit(told):
    assert told("A mosque attack shocked Norway.") == [("190", "", "mosque")]


@pytest.mark.parametrize("text", [
    "The rule allows her to stay, the Peruvian minister said.",
    "German law requires companies to name their donors.",
    "The plan calls for the Danish companies to share data.",
])
def test_what_a_rule_or_plan_makes_possible_or_wants_is_no_deed(told, text):
    assert not [code for code, _, _ in told(text) if code[:2] != "01"]


def test_who_condemns_an_arrest_does_not_condemn_the_arrested(told):
    assert ("111", "Protesters", "") in told("Protesters in Berlin condemned the mayor's arrest.")


def test_a_bus_that_overturns_is_no_attack(told):
    assert not told("Six villagers were killed when a bus overturned near Nairobi.")


def test_an_attack_of_some_evening_is_told(told):
    assert ("190", "", "") in told("Bangs were heard in Lagos after an attack on a restaurant in the evening of July 24.")


@pytest.mark.parametrize("text, code, status", [
    ("The French minister said he would vote against the Polish plan.", "129", Status.PLANNED),
    ("The Iranian general said Azerbaijan would pay a heavy price.", "130", Status.THREATENED),
    ("Any incursion will be met with force, the Indian minister said.", "130", Status.THREATENED),
    ("The Omani minister said he offered his condolences to the Danish soldiers in a telephone call.", "018", Status.ASSERTED),
])
def test_what_is_done_by_the_words_is_more_than_a_statement(deeds_of, text, code, status):
    found = [(deed.code, deed.status) for deed in deeds_of(text) if deed.status in LOADED_STATUSES]
    assert (code, status) in found
    assert "010" not in {code for code, _ in found}


@pytest.mark.parametrize("text, code", [
    ("Belgrade rejected claims that its police had trained Bosnian gunmen.", "07"),
    ("The Portuguese judge suggested that the curbs could be lifted.", "02"),
    ("A plan aimed at bringing the Bosnian factions together cost the Swiss government a million.", "04"),
    ("The earthquake that struck Peru on Saturday left 300 dead, with Ecuador reporting one girl killed.", "19"),
    ("Members of the Ghanaian union went on strike on March 9.", "141"),
    ("The Kenyan minister insisted that the vote was fair.", "10"),
    ("Five people were hurt, the Kenyan minister insisted.", "10"),
    ("Banks that trade with Iran risk being hit with sanctions.", "1"),
    ("Banks that trade with Iran were warned.", "06"),
    ("The Danish regulator fined the Swedish bank for refusing to open its books.", "12"),
    ("The Syrian woman pleaded innocent to charges that she failed to report the plot.", "12"),
    ("Four Kurdish rebels were killed by Turkish troops, ending a long siege.", "08"),
])
def test_what_is_only_spoken_of_is_not_told_as_done(told, text, code):
    assert not [made for made, _, _ in told(text) if made.startswith(code)]


@pytest.mark.parametrize("text, codes", [
    ("The Danish army claimed it had shot down a Swedish jet.", {"195"}),
    ("Police in Peru offered a reward for information leading to the arrest of the gunmen.", set()),
    ("The Polish president said he would not hesitate to act.", {"010"}),
    ("A Belgian welder who asked to be identified by his first name said he was unsure.", {"010"}),
    ("The regime's attacks on democracy worried the Venezuelan bishops.", set()),
])
def test_no_one_accuses_himself_and_nobody_shoots_at_democracy(told, text, codes):
    assert {code for code, _, _ in told(text)} == codes


@pytest.mark.parametrize("text, status", [
    ("The Finnish president is expected to visit Tunisia in May.", Status.PLANNED),
    ("The rebels are expected to attack the Malian town.", Status.HYPOTHETICAL),
])
def test_what_is_expected_is_in_the_diary_unless_it_is_a_guess(deeds_of, text, status):
    assert [deed.status for deed in deeds_of(text)] == [status]


@pytest.mark.parametrize("text, code", [
    ("The World Bank warned of the danger of hunger in Niger.", "012"),
    ("Police warned of attacks in Nairobi.", "012"),
    ("Iran warned Iraq of retaliation.", "130"),
])
def test_who_warns_of_what_others_may_do_threatens_nobody(told, text, code):
    assert [found for found, _, _ in told(text)] == [code]


@pytest.mark.parametrize("text", [
    "The Dutch actress praised her son after the race.",
    "The Welsh minister met his wife in Cardiff.",
    "Police arrived at the scene in Lagos on Tuesday.",
    "Kenyan officers gathered at the station for roll call.",
    "The senator clashed with the governor over the budget of Texas.",
])
def test_what_goes_on_at_home_at_work_and_in_a_debate_is_no_deed(told, text):
    assert told(text) == []


def test_aid_workers_give_no_aid_by_their_name(told):
    assert [code for code, _, _ in told("Aid workers have been killed in Haiti.")] == ["190"]


def test_what_a_band_does_by_custom_is_no_news(told):
    assert [code for code, _, _ in told("The bandits, who kidnap for ransom, killed nine farmers in Chad.")] == ["190"]


@pytest.mark.parametrize("text, codes", [
    ("The move targeted those who helped the Belarusian regime.", []),
    ("The Slovak government was toppled in a vote of no confidence.", ["172"]),
    ("Maoist rebels clashed with a police patrol near Raipur.", ["190"]),
    ("The Togolese leader is still in power.", []),
    ("Brazil deployed police after the murder of a chief.", ["153"]),
])
def test_who_is_meant_who_rules_and_how_a_cabinet_falls(told, text, codes):
    assert [code for code, _, _ in told(text) if code[:2] != "18"] == codes


@pytest.mark.parametrize("text, codes", [
    ("Fighting persisted around the stronghold of Jaffna.", ["190"]),
    ("Hamas fighters killed five Israeli soldiers.", ["190"]),
    ("Turkey accused Greek coast guards of harassment and damaging a boat.", ["1121"]),
    ("Turkey accused Greek guards of looting shops and killing sailors.", ["112"]),
    ("Pirates have taken the captain and two sailors of a Greek tanker hostage.", ["181"]),
])
def test_fighters_are_no_planes_and_what_one_is_accused_of_is_not_told(told, text, codes):
    assert list(dict.fromkeys(code for code, _, _ in told(text))) == codes


def test_where_talks_were_held_is_nobody_who_broke_them_off(told):
    assert ("164", "Nairobi", "") not in told("Peace talks in Nairobi broke down on Friday.")


def test_military_drills_are_of_a_kind_and_no_partner_s(told):
    assert told("Kenya and Uganda began joint military drills.") == [("062", "Kenya", "")]


@pytest.mark.parametrize("text", ["Rockets were fired at Ashkelon from Gaza, the army said.", "Rockets fired from Gaza at Ashkelon hit a school."])
def test_where_a_rocket_came_from_was_not_hit(told, text):
    assert [target for code, _, target in told(text) if code == "194" and target != "school"] == ["Ashkelon"]
