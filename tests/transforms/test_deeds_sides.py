"""Who did it and to whom: the two sides of a deed."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("text", "source", "target"), [
    ("He said the investigation had shown links to Cuba.", "He", "Cuba"),
    ("The analyst said prosecutors had offered his client a deal.", "analyst", "prosecutors"),
    ("The French ambassador said that Minister Haddad had kept a diary.", "ambassador", "Haddad"),
])
def test_a_statement_is_about_whom_its_words_name(told, text, source, target):
    assert ("010", source, target) in told(text)


def test_ones_own_police_are_no_other_side(told):
    assert told("Chile deployed police around the stadium.") == [("153", "Chile", "")]


@pytest.mark.parametrize(("text", "target", "is_mutual"), [
    ("Chad agreed with Niger to open the border.", "Niger", True),
    ("Chad and Niger agreed to exchange prisoners.", "", True),
    ("Chadian and Nigerien officials agreed to exchange prisoners.", "", True),
    ("Chad agreed to lift its embargo on Niger.", "Niger", False),
])
def test_agreeing_with_somebody_is_mutual_and_agreeing_to_do_something_is_a_promise(deeds_of, text, target, is_mutual):
    [deed] = [deed for deed in deeds_of(text) if deed.head.text == "agreed"]
    assert (deed.target.text if deed.target else "", deed.is_reciprocal) == (target, is_mutual)


@pytest.mark.parametrize("text, sides", [
    ("The Iran-Iraq war began in September 1980.", ("Iran", "Iraq")),
    ("US-China trade talks resumed in Geneva on Monday.", ("US", "China")),
    ("Turkish-Greek talks were held in Athens on Monday.", ("Turkish", "Greek")),
])
def test_two_names_joined_by_a_dash_are_both_sides(told, text, sides):
    assert [(source, target) for _, source, target in told(text)] == [sides]


def test_what_is_mobilized_is_no_other_side(told):
    assert told("Chad mobilized the army.") == [("154", "Chad", "")]


@pytest.mark.parametrize("text, code, source, target", [
    ("Six Kenyan villagers were killed in an air strike.", "195", "", "villagers"),
    ("Two Kenyan soldiers were wounded in a rebel attack.", "190", "rebel", "soldiers"),
    ("Six Kenyan villagers were killed in Mali by French shelling.", "194", "shelling", "villagers"),
    ("Nine Kenyan soldiers died in an Ethiopian air strike.", "195", "Ethiopian", "soldiers"),
    ("Six Kenyan villagers were killed in a mosque attack.", "190", "", "villagers"),
    ("Three Malian soldiers died in an attack.", "190", "", "soldiers"),
    ("Finland was allied with Germany.", "050", "Finland", "Germany"),
])
def test_who_is_killed_in_an_attack_did_not_make_it_and_who_is_behind_it_did(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("The mayor's arrest on Monday angered Chad.", "173", "", "mayor"),
    ("The priest's kidnapping by rebels angered Chad.", "181", "rebels", "priest"),
    ("Norway's arrest of the general on Monday angered Chad.", "173", "Norway", "general"),
    ("Norway's attack on Monday angered Chad.", "190", "Norway", ""),
])
def test_what_is_done_to_its_owner_he_did_not_do(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("The smuggler was extradited to the United States.", "063", "", "States"),
    ("The Danish bank was fined nine million euros by the German court.", "116", "court", "bank"),
    ("The Hungarian government faces criticism from Poland.", "111", "Poland", "government"),
    ("Rwanda deployed 400 police officers to Mozambique.", "153", "Rwanda", "Mozambique"),
    ("Korea fired two missiles into the sea.", "150", "Korea", ""),
    ("A Mexican accused of smuggling weapons to Canada was held in Madrid.", "1121", "", "Mexican"),
    ("Portuguese unions halted ferries as part of a two-day strike on Friday.", "143", "unions", ""),
    ("\"Free our leader,\" Kenyan marchers shouted.", "1053", "marchers", "leader"),
    ("Cuba sent 50 truckloads of aid to Haiti.", "070", "Cuba", "Haiti"),
    ("The Danish airline said it disagrees with the ruling of the Polish court.", "120", "airline", "court"),
])
def test_each_side_stands_where_the_wording_puts_it(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("Poland signed a deal to buy tanks from Korea.", "057", "Poland", "Korea"),
    ("The Thai army seized power.", "192", "army", ""),
    ("Azerbaijan launched a military operation near the lake.", "190", "Azerbaijan", ""),
    ("Three Latvians have been charged with spying, British police said.", "115", "", "Latvians"),
])
def test_the_other_side_is_who_can_be_one(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("Egypt and Qatar are mediating between Israel and Hamas.", "045", "Egypt", "Israel"),
    ("France withdrew 600 soldiers from Syria.", "0874", "France", "Syria"),
    ("The US is set to send more troops to Iraq.", "138", "US", "Iraq"),
    ("The Kenyan and Ugandan leaders are scheduled to meet in Cairo.", "036", "leaders", ""),
])
def test_where_the_parser_hangs_a_side_elsewhere_it_is_still_found(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("Two herders were killed and six hurt when Chadian troops opened fire.", "190", "troops", "herders"),
    ("Nine villagers were wounded after Chadian troops stormed the camp.", "190", "troops", "villagers"),
    ("Two policemen were killed when they attacked a rebel camp.", "190", "", "policemen"),
    ("Police seek two men over a shooting at a hotel in Lagos that killed three guards.", "190", "", "guards"),
])
def test_who_opened_fire_killed_and_no_building_did(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("The Chilean senator was impeached and arrested last week.", "173", "", "senator"),
    ("A lone gunman shot dead the Armenian governor.", "186", "gunman", "governor"),
    ("Three hundred British police have been deployed to the port.", "153", "police", ""),
    ("The Swedish government pledged 5 million euros for flood relief in Chile.", "0333", "government", ""),
    ("Norway promised $40 million to Malawi.", "0331", "Norway", "Malawi"),
    ("Talks between Chad and Libya failed on Monday.", "164", "Chad", ""),
    ("The Dutch coalition talks collapsed overnight.", "164", "Dutch", ""),
])
def test_what_the_sentence_leaves_unsaid_stands_beside_it(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, target", [
    ("A Peruvian judge ordered the mayor held for ten days.", "173", "mayor"),
    ("The Turkish court ordered two Kurdish activists released.", "0841", "activists"),
    ("A Maltese judge ordered the banker to be extradited to Italy.", "063", "banker"),
])
def test_what_an_authority_orders_done_to_somebody_it_does(told, text, code, target):
    assert [(made, whom) for made, _, whom in told(text)] == [(code, target)]


@pytest.mark.parametrize("text, code, source, target", [
    ("The Brazilian Senate voted to impeach the president.", "115", "Senate", "president"),
    ("Ford workers voted to reject the company's contract offer.", "120", "workers", "company"),
    ("The Burmese delegations continue to engage in daily negotiations.", "046", "delegations", ""),
    ("The ban, described by Washington as an act of terror, took effect.", "111", "Washington", ""),
    ("Talks to form a coalition government in the Netherlands collapsed overnight.", "164", "government", ""),
    ("Thousands of Chilean protesters converged on the airport.", "141", "Thousands", ""),
])
def test_a_vote_a_name_and_a_beginning_tell_what_is_done(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("The Thai court barred him from holding office.", "1722", "court", "him"),
    ("A French tribunal found the former Rwandan mayor guilty of genocide.", "116", "tribunal", "mayor"),
    ("A tribunal in Arusha found a former Rwandan mayor guilty of genocide.", "116", "tribunal", "mayor"),
    ("A planned meeting between the Serbian and Kosovar leaders was cancelled.", "161", "", "leaders"),
    ("The Irish mayor said he would not seek another term.", "120", "mayor", ""),
    ("The strike on the hospital killed nine people in Yemen.", "190", "strike", "people"),
])
def test_verdicts_refusals_and_strikes_fall_on_whom_they_should(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("The Iraqi minister said the talks had collapsed, blaming Turkey.", "112", "minister", "Turkey"),
    ("The Cuban envoy confirmed that two boats had been seized, condemning the seizures.", "111", "envoy", ""),
    ("The officials, described by the United States as “corrupt” and “undemocratic,” met in Panama.", "111", "States", "officials"),
    ("The Senate committee voted to hold the minister in contempt for refusing to testify.", "116", "committee", "minister"),
    ("President Macron was to meet Moroccan officials on Monday.", "036", "Macron", "officials"),
    ("The Swiss ambassador was in contact with Iranian officials.", "040", "ambassador", "officials"),
])
def test_the_doer_is_found_past_the_clause_between(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("Oslo said it had lodged a protest with Lima over the trawler.", "114", "Oslo", "Lima"),
    ("Ghana said it had rejected an offer from Togo.", "120", "Ghana", "Togo"),
    ("The Danish premier resigned and left the country.", "0831", "premier", ""),
    ("The Ghanaian senate voted by a narrow majority to reject the treaty.", "127", "senate", ""),
    ("Norway denounced the raid, according to The Economist.", "111", "Norway", ""),
    ("Somalia: Army, Puntland agree to new truce", "0356", "Army", ""),
    ("Oxfam called for the Malian nurse to be released.", "0253", "Oxfam", "nurse"),
    ("The soldiers forced the Bolivian president to resign.", "170", "soldiers", "president"),
    ("The scandal forced the Bolivian president to resign.", "0831", "president", ""),
    ("The Peruvian president called on President Lula in Brasilia.", "040", "president", "Lula"),
    ("Backed by Libya, the Chadian rebels marched home.", "051", "Libya", "rebels"),
    ("Arrested in Nairobi in 2004, the Kurdish leader stood trial in Ankara.", "173", "", "leader"),
    ("The Mauritanian colonel came to power in a coup.", "192", "colonel", ""),
    ("The Burmese leader spent six years under house arrest.", "173", "", "leader"),
])
def test_what_is_told_afterwards_and_who_made_whom_do_it(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("Sudan did not allow the envoy to enter Darfur.", "1245", "Sudan", "Darfur"),
    ("Malta said it could not allow the trawler to dock.", "120", "Malta", ""),
    ("The Tamil parties have opted not to boycott the vote but criticised Colombo.", "111", "parties", "Colombo"),
    ("“Lebanon strongly condemns the shelling by Syrian forces,” the ministry said.", "111", "Lebanon", "forces"),
])
def test_who_withholds_refuses_and_a_country_condemns_by_its_ministry(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("The mayor said the row had lasted too long and blamed the Chilean ministry for it.", "112", "mayor", "ministry"),
    ("The Haitian premier resigned amid protests by teachers.", "0831", "premier", ""),
    ("Rwanda agreed to deploy 900 police officers to Haiti.", "0332", "Rwanda", "Haiti"),
    ("Turkish forces denied responsibility for the raid, reporting that two soldiers were wounded.", "016", "forces", ""),
    ("Peacekeepers deployed to the border town of Abyei on Monday.", "074", "Peacekeepers", "Abyei"),
])
def test_what_goes_on_beside_a_deed_is_not_its_other_side(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source, target", [
    ("The German government carried out a rare prisoner swap with Belarus.", "0841", "government", "Belarus"),
    ("Uganda deployed 900 troops to keep the peace.", "154", "Uganda", ""),
    ("Azerbaijan launched heavy shelling with artillery against Armenian positions.", "194", "Azerbaijan", "positions"),
    ("Nairobi police warned they would come down hard on squatters.", "130", "police", "squatters"),
])
def test_what_is_sent_passed_on_or_shot_with_is_no_side(told, text, code, source, target):
    assert (code, source) in [(found, doer) for found, doer, _ in told(text)] and target in [whom for found, _, whom in told(text) if found == code]


@pytest.mark.parametrize("text, code, source, target", [
    ("Residents reported gunfire near the Yemeni port of Mocha.", "193", "", ""),
    ("Serb troops entered the Bosnian town of Zvornik.", "190", "troops", "Bosnian"),
])
def test_who_reports_gunfire_did_not_shoot(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, source", [
    ("\"Talks with Mr Okello failed because he rejected the deal,\" Kenyan envoy Daniel Oyugi told reporters.", "he"),
    ("The Kenyan envoy said he rejected the deal.", "envoy"),
    ("He would \"never\" accept the deal because he rejected it, the Kenyan envoy said.", "envoy"),
])
def test_he_in_a_quotation_is_not_who_speaks(told, text, source):
    assert source in {doer for code, doer, _ in told(text) if code[:2] == "12"}


@pytest.mark.parametrize("text, code, source, target", [
    ("The ambassador of China called on the foreign minister of Nepal at his office on Sunday.", "040", "ambassador", "minister"),
    ("Kenya called on the president of Uganda to release the activists.", "0253", "Kenya", "president"),
    ("The union on Sunday called for talks with Peru.", "026", "union", "Peru"),
    ("Kenya reiterated its call on Eritrea to withdraw its troops.", "020", "its", "Eritrea"),
    ("Kenya moved to expel the Somali ambassador.", "161", "Kenya", "ambassador"),
    ("Japan and Nepal signed three memoranda of understanding.", "057", "Japan", ""),
    ("Japan and Nepal exchanged notes under which Tokyo will build a bridge.", "057", "Japan", ""),
])
def test_visits_appeals_and_accords_are_told_by_who_makes_them(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, source", [
    ("Gabon, a small African country that expelled the French envoy, joined the talks.", "161", "Gabon"),
    ("Kenya, which expelled the French envoy, joined the talks.", "161", "Kenya"),
])
def test_what_is_said_of_a_land_by_another_name_it_did(told, text, code, source):
    assert (code, source) in [(found, doer) for found, doer, _ in told(text)]


@pytest.mark.parametrize("text, code, source, target", [
    ("The Kenyan editor was denied a visa by India.", "120", "India", "editor"),
    ("Chinese officials were denied access to the ship by Japan.", "120", "Japan", "officials"),
    ("The poet was given a five-year sentence by a Turkish court.", "173", "court", "poet"),
    ("Five Cambodian lawmakers were found guilty of fraud.", "116", "", "lawmakers"),
])
def test_what_a_passive_keeps_beside_its_subject_is_done_to_him(told, text, code, source, target):
    assert (code, source, target) in told(text)


@pytest.mark.parametrize("text, code, target", [
    ("Niger ordered French troops to leave the country.", "1056", "troops"),
    ("The Turkish president ordered Turkish troops to attack Syria.", "190", "Syria"),
    ("The Turkish president ordered troops to attack Syria.", "190", "Syria"),
])
def test_only_own_troops_do_what_they_are_ordered(told, text, code, target):
    assert (code, target) in [(found, whom) for found, _, whom in told(text)]


@pytest.mark.parametrize(("text", "code", "first"), [
    ("A treaty was signed on Monday between France and Spain.", "057", "France"),
    ("A truce between Chad and Sudan was agreed on Friday.", "0356", "Chad"),
    ("A truce was agreed on Friday between Chad and Sudan.", "0356", "Chad"),
])
def test_what_is_agreed_between_two_both_did(deeds_of, text, code, first):
    deed, = deeds_of(text)
    assert (deed.code, deed.source.text, deed.target, deed.is_reciprocal) == (code, first, None, True)
