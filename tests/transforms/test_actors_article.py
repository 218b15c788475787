"""Who is who later in the article: names learnt from titles, pronouns, definite roles, spellings."""

from __future__ import annotations

from datetime import date

import pytest
import spacy
from spacy.language import Language

from transforms.actors.book import ActorBook, read_actors
from transforms.actors.tables import ActorTables


def read(nlp: Language, tables: ActorTables, text: str, published: date | None = None) -> tuple[ActorBook, list[str]]:
    """The book of a text, and the code of every subject in order."""
    doc = nlp(text)
    book = read_actors([(0, doc)], tables, published=published)
    subjects = [token for token in doc if token.dep_ in ("nsubj", "nsubjpass")]
    return book, [actor.code for token in subjects for actor in book.actors_of(token, 0)]


def test_a_title_teaches_the_name_for_the_rest_of_the_article(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "Latvian Finance Minister Janis Ozolkalns resigned. Later Ozolkalns left the capital.")
    assert codes == ["LVAGOV", "LVAGOV"]


def test_an_apposition_teaches_too(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "Tereza Novakova, a judge at the Czech constitutional court, spoke. Novakova wept.")
    assert codes == ["CZEJUD", "CZEJUD"]


def test_an_age_may_stand_before_the_apposition(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "Tereza Novakova, 49, a Czech judge, spoke. Novakova wept.")
    assert codes == ["CZEJUD", "CZEJUD"]


def test_the_agency_is_the_one_that_was_named(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "UNHCR met the Chadian army. The agency asked for trucks.")
    assert codes == ["IGOUNOHCR", "IGOUNOHCR"]


def test_a_watchdog_and_a_regulator_are_of_the_state(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "The Danish competition watchdog sued. The Polish regulator agreed. The Peruvian protest leader wept.")
    assert codes == ["DNKGOV", "POLGOV", "PERCVL"]


def test_the_title_may_stand_before_a_comma(nlp: Language, tables: ActorTables) -> None:
    book, _ = read(nlp, tables, "The president of Malawi, Thandi Kambwiri, arrived. Kambwiri smiled.")
    assert {person.known.full_code for person in book.people.by_key["kambviri"]} == {"MWIGOV"}


def test_spellings_of_one_name_are_one_person(nlp: Language, tables: ActorTables) -> None:
    text = "Russia's ambassador Aleksandar Bocan-Kharchenko called. Alexander Botsan-Kharchenko was firm."
    _, codes = read(nlp, tables, text)
    assert codes == ["RUSGOV", "RUSGOV"]


def test_he_is_the_last_man_who_acted(nlp: Language, tables: ActorTables) -> None:
    text = "Estonian President Mart Tamm met reporters. He praised the army."
    assert read(nlp, tables, text)[1] == ["ESTGOV", "ESTGOV"]


def test_she_is_not_a_man(nlp: Language, tables: ActorTables) -> None:
    text = "Danish lawmaker Ingrid Holm criticised Norwegian Prime Minister John Berg. She left the hall."
    assert read(nlp, tables, text)[1] == ["DNKLEG", "DNKLEG"]


def test_a_pronoun_does_not_look_back_a_page(nlp: Language, tables: ActorTables) -> None:
    gap = "The bridge was long. The river was wide. The rain was cold. The night was dark. "
    doc = nlp("Estonian President Mart Tamm met reporters. " + gap + "It was late. He slept.")
    book = read_actors([(0, doc)], tables)
    he = next(token for token in doc if token.text == "He")
    assert book.actors_of(he, 0)[0].code == ""


def test_he_praised_him_names_two_people(nlp: Language, tables: ActorTables) -> None:
    text = "Cuban President Luis Varga met Irish Prime Minister Sean Doyle. Varga praised him."
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    him = next(token for token in doc if token.text == "him")
    assert book.actors_of(him, 0)[0].code == "IRLGOV"


def test_the_group_is_the_armed_group_before_it(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "Boko Haram attacked a farm in Niger. The group burned the barns.")
    assert codes == ["NGAINSBKH", "NGAINSBKH"]


def test_the_president_is_the_president_before_him(nlp: Language, tables: ActorTables) -> None:
    text = "Bulgarian President Ivan Stoyanov flew to Quito in Ecuador. Ecuador cheered. The president thanked Ecuador."
    assert read(nlp, tables, text)[1][-1] == "BGRGOV"


def test_its_government_is_that_of_the_country_before_it(nlp: Language, tables: ActorTables) -> None:
    text = "Iceland warned Portugal. Portugal was calm because its government expected it."
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    government = next(token for token in doc if token.text == "government")
    assert book.actors_of(government, 0)[0].code == "PRTGOV"


def test_we_is_who_speaks(nlp: Language, tables: ActorTables) -> None:
    text = '"We will win," said Georgian Defence Minister Lasha Beridze.'
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    assert book.actors_of(next(token for token in doc if token.text == "We"), 0)[0].code == "GEOGOV"


def test_a_namesake_of_a_leader_is_himself(nlp: Language, tables: ActorTables) -> None:
    text = "Police in Ohio arrested Jonathan P. Blair. Blair had fled. Officers found Blair in Ohio."
    book, codes = read(nlp, tables, text, date(2020, 1, 1))
    assert book.article_country == "USA"
    assert not any(code.startswith("GBR") for code in codes)


def test_ethnic_groups_do_not_vote_for_a_country(nlp: Language, tables: ActorTables) -> None:
    text = "Ethnic Albanians marched in Skopje. Ethnic Albanians make up a quarter of North Macedonia."
    assert read(nlp, tables, text)[1][0] == "MKDCVLalb"


def test_asking_twice_gives_the_same_answer(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Finnish soldiers trained.")
    book = read_actors([(0, doc)], tables)
    assert book.actors_of(doc[1], 0) == book.actors_of(doc[1], 0)


def test_text_without_entities_or_parse_is_no_error(tables: ActorTables) -> None:
    blank = spacy.blank("en")
    blank.add_pipe("sentencizer")
    doc = blank("President Alan Garcia spoke. Rebels of the Shining Path attacked.")
    book = read_actors([(0, doc)], tables)
    assert all(isinstance(actor.code, str) for token in doc for actor in book.actors_of(token, 0))


def test_athens_in_an_american_story_is_not_greece(nlp: Language, tables: ActorTables) -> None:
    text = "Police in Athens arrested a student. The trial opens in Atlanta, and Texas officials will attend it."
    book, codes = read(nlp, tables, text)
    assert book.article_country == "USA"
    assert codes[0] == "USACOP"


def test_athens_among_greeks_is_greece(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "Athens rejected the American offer. Greek farmers cheered in Texas and Ohio.")
    assert codes[0] == "GRCGOV"


def test_a_surname_of_a_former_leader_alone_is_nobody_known(nlp: Language, tables: ActorTables) -> None:
    text = "The school board in Ohio met. Teachers praised Sharon for her work in Ohio."
    doc = nlp(text)
    book = read_actors([(0, doc)], tables, published=date(2015, 5, 5))
    sharon = next(token for token in doc if token.text == "Sharon")
    assert not book.actors_of(sharon, 0)[0].code.startswith("ISR")


def test_the_group_may_stand_behind_a_compound(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "Hezbollah fighters fired at a village in Israel. The group said it would continue.")
    assert codes[:2] == ["LBNREBHEZ", "LBNREBHEZ"]


def test_a_senate_is_that_of_the_storys_country(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "The Senate rejected the budget of Argentina. Argentine farmers had marched in Buenos Aires.")
    assert codes[0] == "ARGLEG"


def test_foreign_troops_are_not_the_storys_own(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Lawmakers in Iraq voted. Iraq will expel foreign troops.")
    book = read_actors([(0, doc)], tables)
    troops = next(token for token in doc if token.text == "troops")
    assert book.actors_of(troops, 0)[0].code == "MIL"


def test_they_are_the_strangers_of_the_sentence_before_and_nobody_earlier(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "Kenyan soldiers left the port. Strangers watched from the roofs. They signed a paper.")
    assert codes == ["KENMIL", "", ""]
    _, codes = read(nlp, tables, "Kenyan soldiers left the port. They signed a paper.")
    assert codes == ["KENMIL", "KENMIL"]


def test_who_only_acts_as_a_policeman_is_not_there(nlp: Language, tables: ActorTables) -> None:
    _, codes = read(nlp, tables, "The company acted as a policeman. They left.")
    assert "COP" not in "".join(codes)


@pytest.mark.parametrize(("text", "codes"), [
    ("Chile, Peru hold trade talks in Lima", ["CHL", "PER"]),
    ("Monday, Peru left the talks.", ["PER"]),
])
def test_a_comma_of_a_headline_joins_two_subjects(nlp: Language, tables: ActorTables, text: str, codes: list[str]) -> None:
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    subject = next(token for token in doc if token.dep_ == "nsubj")
    assert [actor.code for actor in book.actors_of(subject, 0)] == codes


def test_we_in_a_long_quotation_is_who_is_named_around_it(nlp: Language, tables: ActorTables) -> None:
    text = "The crowd was calm in Kenya. “We call on both sides to stop. We will help,” Peruvian Defence Minister Raul Quispe said."
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    assert [book.actors_of(token, 0)[0].code for token in doc if token.text == "We"] == ["PERGOV", "PERGOV"]


def test_he_in_a_quotation_is_not_who_says_it(nlp: Language, tables: ActorTables) -> None:
    text = ("Chilean President Pablo Rojas flew home. Peruvian Defence Minister Raul Quispe stayed in Lima. "
            "“I was there when he left,” Quispe said.")
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    he = next(token for token in doc if token.text == "he")
    assert book.actors_of(he, 0)[0].code == "CHLGOV"


def test_he_who_thanks_the_president_is_not_the_president(nlp: Language, tables: ActorTables) -> None:
    text = "Peruvian Defence Minister Raul Quispe stayed. Chilean President Pablo Rojas flew home. He thanked the president."
    assert read(nlp, tables, text)[1][-1] == "PERGOV"


def test_those_who_fled_are_nobody_named_before(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Kenyan soldiers left the port. Police arrested those who fled.")
    book = read_actors([(0, doc)], tables)
    assert book.actors_of(next(token for token in doc if token.text == "those"), 0)[0].code == ""


def test_he_is_no_hall(nlp: Language, tables: ActorTables) -> None:
    text = "Peruvian lawmaker Raul Quispe spoke. Guests admired the Lindon Center. He smiled."
    assert read(nlp, tables, text)[1][-1] == "PERLEG"


def test_a_surname_that_is_a_nationality_is_a_surname(nlp: Language, tables: ActorTables) -> None:
    text = "Ohio Police Chief Thomas Finn left. Finn said the plan was good for Ohio."
    _, codes = read(nlp, tables, text)
    assert codes[:2] == ["USACOP", "USACOP"]


def test_president_and_chief_executive_is_one_man_of_a_firm(nlp: Language, tables: ActorTables) -> None:
    text = "Dan Roebuck, president and chief executive of the lender in Ohio, left. Roebuck was calm."
    assert read(nlp, tables, text)[1] == ["USABUS", "USABUS"]


def test_a_superintendent_runs_american_schools(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Superintendent Linda Harrow spoke in Ohio.")[1] == ["USAEDU"]
    assert read(nlp, tables, "Superintendent Linda Harrow spoke in Kenya.")[1] == ["KENCOP"]


def test_who_speaks_before_a_quotation_goes_on(nlp: Language, tables: ActorTables) -> None:
    text = "The crowd was calm in Kenya. “It was cowardly,” Peruvian Defence Minister Raul Quispe said. “We will respond.”"
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    assert book.actors_of(next(token for token in doc if token.text == "We"), 0)[0].code == "PERGOV"


def test_london_of_an_american_story_is_not_britain(nlp: Language, tables: ActorTables) -> None:
    text = "London Police arrested two men. A court in Kentucky will hear them, and Kentucky officials will attend."
    assert read(nlp, tables, text)[1][0] == "USACOP"
    text = "London Police arrested two men. A court in England will hear them, and British officials will attend."
    assert read(nlp, tables, text)[1][0] == "GBRCOP"


def test_an_acronym_is_the_body_whose_name_has_its_initials(nlp: Language, tables: ActorTables) -> None:
    text = "British officials thanked the Lowmoor Valley Rescue Department. LVRD sent a car."
    assert read(nlp, tables, text)[1][-1] == "GBRGOV"


def test_citizens_are_those_of_the_government_that_speaks_to_them(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Bolivia's government urged citizens to vote. Chile rested.")
    book = read_actors([(0, doc)], tables)
    assert book.article_country == ""
    assert book.actors_of(next(token for token in doc if token.text == "citizens"), 0)[0].code == "BOLCVL"


def test_god_is_of_no_country(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Kenya mourned. Kenya was calm. God helped sailors in Kenya.")[1][-1] == ""


def test_they_are_several_or_who_acts_and_not_a_name_beside_a_noun(nlp: Language, tables: ActorTables) -> None:
    text = "Kenyan rebels held the harbour. Since the NATO decision came, they have rested."
    assert read(nlp, tables, text)[1][-1] == "KENREB"


def test_a_spokesman_speaks_for_whom_he_serves(nlp: Language, tables: ActorTables) -> None:
    text = "Kenyan opposition leader Dan Roebuck left. A spokesman for Roebuck rejected the plan. Roebuck's adviser condemned the ruling."
    assert read(nlp, tables, text)[1] == ["KENOPP", "KENOPP", "KENOPP"]


def test_the_lawyer_of_a_leader_gives_him_no_title(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Lawyers of Kenyan opposition leader Dan Roebuck left. Roebuck wept.")[1] == ["KENCVL", "KENOPP"]


def test_the_charity_is_not_the_company_before_it(nlp: Language, tables: ActorTables) -> None:
    text = "The Kenyan airline cut flights. The Nairobi-based charity condemned the raid."
    assert "BUS" not in read(nlp, tables, text)[1][1]


@pytest.mark.parametrize("text, code", [
    ("Boko Haram said on Monday that its fighters attacked a base in Borno.", "NGAINSBKH"),
    ("M23 seized the town on Sunday. The group's spokesman praised the raid.", "CODREBM23"),
    ("The Taliban freed two men in Kabul. The movement's spokesman praised them.", "AFGINSTAL"),
    ("Malian rebels freed ten men. Their leader praised them.", "MLIREB"),
    ("M23 seized the town on Sunday. A spokesman for the group praised the raid.", "CODREBM23"),
    ("Chad sent soldiers to the lake. Its spokesman praised them.", "TCDGOV"),
    ("Chad sent soldiers to the lake. Its fighters won.", "TCDMIL"),
])
def test_who_serves_a_group_is_of_the_group(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    assert read(nlp, tables, text)[1][-1] == code


def test_fighters_of_nobody_named_are_no_army(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Malian soldiers searched the dunes. Several fighters fled.")[1][-1] == "MLIUAF"


def test_who_heads_a_body_is_of_it(nlp: Language, tables: ActorTables) -> None:
    text = "Samuel Oseibo, who heads the peacekeeping mission, spoke. Oseibo wept."
    assert read(nlp, tables, text)[1][-1] == "IGOMIL"


def test_a_title_of_courtesy_tells_the_gender(nlp: Language, tables: ActorTables) -> None:
    text = "Kenyan envoy Ms. Jerono Chepkoech greeted Ugandan envoy Mr. Okot Odongo. She left early."
    assert read(nlp, tables, text)[1][-1] == "KENGOV"


def test_the_only_holder_of_an_office_is_meant_from_far_away(nlp: Language, tables: ActorTables) -> None:
    gap = "The bridge was long. The river was wide. The rain was cold. The night was dark. Peru sent a ship. "
    text = "Zambian Foreign Minister Bwalya Tembo met traders from Peru. " + gap + "The foreign minister slept."
    assert read(nlp, tables, text)[1][-1] == "ZMBGOV"


def test_diplomats_of_nobody_named_are_not_the_hosts(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Malawi's president spoke in Lilongwe. Several ambassadors listened.")[1][-1] == "GOV"


def test_a_local_charity_is_the_storys_own(nlp: Language, tables: ActorTables) -> None:
    text = "Malawi closed a camp on Monday. A local rights group objected. A rights group objected."
    assert read(nlp, tables, text)[1][-2:] == ["MWINGOHRI", "NGOHRI"]


def test_what_the_article_says_of_an_office_goes_before_the_table(nlp: Language, tables: ActorTables) -> None:
    text = "Hakainde Hichilema, the prime minister of Zambia, spoke. Hichilema wept."
    assert read(nlp, tables, text, date(1999, 5, 1))[1] == ["ZMBGOV", "ZMBGOV"]


def test_peacekeepers_are_not_of_where_they_serve(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Peacekeepers in Mali buried a man. Rebels in Mali buried a man.")[1] == ["IGOMIL", "MLIREB"]


def test_a_bare_role_is_of_the_country_spoken_of_a_paragraph_before(nlp: Language, tables: ActorTables) -> None:
    paragraphs = ["Fiji and Tonga sent ships. Fijian crews won. ", "Tongan divers found a wreck. ", "Police sealed the bay."]
    docs, offset = [], 0
    for paragraph in paragraphs:
        docs.append((offset, nlp(paragraph)))
        offset += len(paragraph)
    book = read_actors(docs, tables)
    assert book.article_country == "" and book.actors_of(docs[2][1][0], docs[2][0])[0].code == "TONCOP"


@pytest.mark.parametrize("text, code", [
    ("Fiji's president Seru Vakasalu called his counterpart Tevita Fakafanua. Tonga thanked Fiji.", "TONGOV"),
    ("Fiji's president Seru Vakasalu called his Tongan counterpart Tevita Fakafanua.", "TONGOV"),
])
def test_a_counterpart_holds_an_office_of_the_other_country(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    assert {actor.code for token in doc if token.dep_ == "dobj" for actor in book.actors_of(token, 0)} >= {code}


@pytest.mark.parametrize("text, words, code", [
    ("Dozens of members of the Islamic State group fled.", "Dozens of members of the Islamic State group", "IMGMOSISI"),
    ("A group of Chadian pupils fled.", "group of Chadian pupils", "TCDEDU"),
])
def test_what_is_counted_is_who_acts(nlp: Language, tables: ActorTables, text: str, words: str, code: str) -> None:
    doc = nlp(text)
    subject = next(token for token in doc if token.dep_ == "nsubj")
    actor, = read_actors([(0, doc)], tables).actors_of(subject, 0)
    assert (actor.text, actor.code) == (words, code)


def test_rebels_placed_once_are_of_that_country(nlp: Language, tables: ActorTables) -> None:
    text = "Rwanda sent soldiers to Mozambique. Rwandan soldiers fought rebels in Mozambique, and Rwanda mourned. Four rebels died."
    assert read(nlp, tables, text)[1][-1] == "MOZREB"


def test_somebody_is_of_one_country_wherever_he_speaks(nlp: Language, tables: ActorTables) -> None:
    text = "Fiji and Tonga sent ships. A Fijian crew heard scientist Seru Vakasalu. Tonga was calm. Tonga slept. Vakasalu wept. Fiji slept."
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    codes = {actor.code for token in doc if token.text == "Vakasalu" for actor in book.actors_of(token, 0)}
    assert codes == {"FJIEDU"}


@pytest.mark.parametrize("text, codes", [
    ("Fiji renewed its appeal to Tonga, the justice minister said.", ["FJI", "FJIGOV"]),         # the minister of who acts
    ("Fiji fears that villagers in Tonga will flee.", ["FJI", "TONCVL"]),
    ("Fijian ships shelled Tongan islands, and twenty farmers died.", ["FJI", "AGR"]),            # an adjective is no place
])
def test_of_several_countries_in_a_sentence_a_minister_is_of_the_first_and_people_are_where_it_says(
    nlp: Language, tables: ActorTables, text: str, codes: list[str],
) -> None:
    found = read(nlp, tables, text)[1]
    assert found[-1] == codes[-1]


def test_when_is_not_who(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Malawi voted on Monday. In 2019 political parties signed a deal.")
    book = read_actors([(0, doc)], tables)
    subject = [token for token in doc if token.dep_ == "nsubj"][-1]
    assert book.actors_of(subject, 0)[0].text == "political parties"


def test_the_bloc_is_the_union_of_states_before_it(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "The African Union suspended Gabon. The bloc praised the voters.")[1][-1] == "IGOAFROAU"


@pytest.mark.parametrize("text, code", [
    ("Fiji fears war with Tonga. The defence minister accused Tonga of spying.", "FJIGOV"),
    ("Fiji fears war with Tonga. The defence minister summoned the Tongan envoy.", "FJIGOV"),
    ("Tonga fears war with Fiji. The defence minister summoned the Tongan teacher.", "TONGOV"),     # that is his own
])
def test_who_accuses_a_country_is_of_another(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    assert read(nlp, tables, text)[1][-1] == code


def test_who_adds_a_quotation_is_not_in_it(nlp: Language, tables: ActorTables) -> None:
    text = 'Fijian minister Seru Vakasalu spoke. "Tongan President Tevita Fakafanua must go," he added.'
    assert read(nlp, tables, text)[1][-1] == "FJIGOV"


def test_many_of_them_are_they(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Fijian farmers blocked a road. Many of them wept.")[1][-1] == "FJIAGR"


def test_its_neighbour_is_the_other_of_two(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Fiji accused its neighbour of spying. Tonga denied it. Fiji laughed.")
    book = read_actors([(0, doc)], tables)
    neighbour = next(token for token in doc if token.text == "neighbour")
    assert book.actors_of(neighbour, 0)[0].code == "TON"


def test_the_country_is_the_one_that_the_article_is_about(nlp: Language, tables: ActorTables) -> None:
    text = "Fiji votes on Sunday. Fiji broke with Tonga in May. The country's president spoke in Suva."
    assert read(nlp, tables, text)[1][-1] == "FJIGOV"


def test_what_is_done_to_a_town_is_done_to_its_country(nlp: Language, tables: ActorTables) -> None:
    text = "Rebels captured Zurumbo on Monday."
    doc = nlp(text)
    town = next(token for token in doc if token.text == "Zurumbo")
    assert read_actors([(0, doc)], tables).actors_of(town, 0)[0].code == ""
    known = read_actors([(0, doc)], tables, towns={town.idx: "TD"}).actors_of(town, 0)[0]
    assert (known.code, known.name, known.basis) == ("TCD", "Zurumbo", "place")


@pytest.mark.parametrize("text, code", [
    ("Fiji fears war. Tonga backs rebels in the hills. Fiji mourned.", "FJIREB"),
    ("Tonga supports rebels in the hills, and Fiji is angry.", "REB"),
])
def test_the_rebels_whom_a_country_backs_are_not_its_own(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    rebels = next(token for token in doc if token.text == "rebels")
    assert book.actors_of(rebels, 0)[0].code == code


def test_police_are_of_the_country_that_their_clause_begins_with(nlp: Language, tables: ActorTables) -> None:
    text = "Fiji mourned. In neighbouring Tonga, police shot a man. Fiji mourned again. Fiji slept."
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    police = next(token for token in doc if token.text == "police")
    assert (book.article_country, book.actors_of(police, 0)[0].code) == ("FJI", "TONCOP")


def test_people_are_not_yet_where_they_are_sent(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Fiji deported four men to Tonga on Monday.")
    book = read_actors([(0, doc)], tables)
    men = next(token for token in doc if token.text == "men")
    assert book.actors_of(men, 0)[0].code == "FJICVL"


def test_the_people_of_another_country_stay_its_own(nlp: Language, tables: ActorTables) -> None:
    text = "Bosnian Serbs blocked a road near Sarajevo. The Serb leader wept."
    assert read(nlp, tables, text)[1][-1].startswith("BIH")


def test_serbs_of_two_countries_are_serbias(nlp: Language, tables: ActorTables) -> None:
    text = "Bosnian Serbs met Kosovo Serbs in Sarajevo. The Serb leader wept."
    assert read(nlp, tables, text)[1][-1].startswith("SRB")


@pytest.mark.parametrize("text, code", [
    ("Tonga mourned. The Fijian army said troops killed a rebel.", "FJIMIL"),
    ("Tonga mourned. Tonga wept. The Fijian teacher said troops killed a rebel.", "TONMIL"),
])
def test_troops_are_those_of_the_army_that_tells_of_them(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    assert read(nlp, tables, text)[1][-1] == code


def test_whom_somebody_kills_on_his_way_is_not_himself(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Fijian soldiers stopped the Tongan teachers' bus and opened fire on them, killing them inside.")
    book = read_actors([(0, doc)], tables)
    assert [book.actors_of(token, 0)[0].code for token in doc if token.text == "them"] == ["TONEDU", "TONEDU"]


def test_the_militant_group_may_be_rebels(nlp: Language, tables: ActorTables) -> None:
    text = "Fighters of Hamas left Gaza. The militant group threatened to return."
    assert read(nlp, tables, text)[1][-1].startswith("PSEREBHMS")


def test_a_rebel_style_raid_is_not_the_rebels(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("The army led a guerrilla-style attack on a village.")
    assert not read_actors([(0, doc)], tables).is_actor_like(next(token for token in doc if token.text == "guerrilla"), 0)


def test_it_is_not_a_nationality(nlp: Language, tables: ActorTables) -> None:
    text = "The company Fijian Gold sold a ship. The ship is Tongan. It sank."
    assert not any(code.startswith("TON") for code in read(nlp, tables, text)[1])


@pytest.mark.parametrize("text, code", [
    ("Fiji mourned. Fiji wept. The gunman was killed near the Tongan border.", "FJIUAF"),
    ("The Taliban spoke in Kabul. One of its members shot a teacher.", "AFGINSTAL"),
    ("Forces loyal to Hamas left Gaza.", "PSEREBHMS"),
    ("Fiji voted. Fiji wept. The Pacific nation slept.", "FJI"),
    ("The Regional Security Council of Fiji met farmers.", "FJIGOV"),
    ("Fiji wept. Mere Vakasalu, an expert on the army, slept.", "FJIEDU"),
])
def test_whose_somebody_is(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    assert read(nlp, tables, text)[1][-1] == code


def test_who_threatens_the_country_is_another_one(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Fiji votes on Sunday. Tonga threatened the country on Monday.")
    country = next(token for token in doc if token.text == "country")
    assert read_actors([(0, doc)], tables).actors_of(country, 0)[0].code == "FJI"


def test_the_west_stays_the_west(nlp: Language, tables: ActorTables) -> None:
    assert read(nlp, tables, "Fiji wept. The West laughed.")[1][-1] == "WST"


def test_a_un_led_mission_names_nobody_else(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Fiji asked for a U.N.-led inquiry.")
    assert not read_actors([(0, doc)], tables).is_actor_like(next(token for token in doc if token.text == "U.N.-led"), 0)


@pytest.mark.parametrize("text, code", [
    ("Fiji voted. The Fijian Security Council met.", "FJIGOV"),
    ("Fiji voted. The Security Council met.", "IGOUNO"),
    ("Fiji voted. The U.N. Security Council met. The council condemned Tonga.", "IGOUNO"),
    ("Fiji wept. Fiji voted. The National Intelligence Service arrested a teacher.", "FJISPY"),
])
def test_many_countries_have_a_body_of_this_name(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    assert read(nlp, tables, text)[1][-1] == code


@pytest.mark.parametrize("text, word, code", [
    ("Fiji wept. Tonga accused the government of Fiji of theft.", "government", "FJIGOV"),
    ("Fiji wept. Fiji mourned. Fiji accused the teacher of rebel ties.", "teacher", "FJIEDU"),
    ("A gunman fled the Istanbul Kebab restaurant in Suva.", "gunman", "FJIUAF"),
    ("Residents of Baghdad Street in Suva wept.", "Residents", "FJICVL"),
    ("A Texas-based firm sued Fiji.", "firm", "USABUS"),
    ("Fiji wept. A London-based rights group praised Fiji.", "group", "NGOHRI"),
])
def test_a_place_in_a_name_is_not_whose_somebody_is(nlp: Language, tables: ActorTables, text: str, word: str, code: str) -> None:
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    assert book.actors_of(next(token for token in doc if token.text == word), 0)[0].code == code


@pytest.mark.parametrize("text, code", [
    ("The Fijian-led coalition bombed Tonga. Tonga wept. The coalition spokesman denied it.", "FJIGOV"),
    ("Rebels stormed a town in Fiji. The rebels, led by Seru Vakasalu, left. Vakasalu wept.", "FJIREB"),
    ("A gang led by Seru Vakasalu hid in Fiji. Vakasalu wept.", "FJICRM"),
    ("CONAFE President Mere Vakasalu spoke in Fiji. Vakasalu wept.", "FJI"),
])
def test_whom_a_body_without_a_country_of_its_own_gives_its_people(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    assert [found for found in read(nlp, tables, text)[1] if found][-1] == code


def test_letters_are_no_man(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Teacher Seru Vakasalu of Fiji left. CONAFE wept. He wept.")
    book = read_actors([(0, doc)], tables)
    assert book.actors_of(next(token for token in doc if token.text == "He"), 0)[0].name == "Seru Vakasalu"
