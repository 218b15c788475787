"""German, French, Spanish, Serbian and Croatian time phrases, told on Wednesday 3 August 2022."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.times.reader import read_times

WEDNESDAY = date(2022, 8, 3)


def check(language: str, text: str, words: str, value: str) -> None:
    found = [(one.text, one.value) for one in read_times(text, WEDNESDAY, language=language).expressions]
    assert (words, value) in found


@pytest.mark.parametrize(("text", "words", "value"), [
    ("Am 12. Juni 1999 rückten sie ein.", "12. Juni 1999", "1999-06-12"),
    ("Er kam am Sonntag, dem 31. Juli 2022, an.", "Sonntag, dem 31. Juli 2022", "2022-07-31"),
    ("Die Polizei griff am Sonntag ein.", "Sonntag", "2022-07-31"),
    ("Das war vergangenen Freitag.", "vergangenen Freitag", "2022-07-29"),
    ("Das geschah letzte Woche.", "letzte Woche", "2022-W30"),
    ("Er starb vor zwei Tagen.", "vor zwei Tagen", "2022-08-01"),
    ("Ende Mai begann der Streik.", "Ende Mai", "2022-05"),
    ("Die 1990er Jahre waren hart.", "Die 1990er Jahre", "199"),
    ("Das Gesetz aus dem Jahr 2008 gilt.", "dem Jahr 2008", "2008"),
    ("Die Sitzung begann um 20.30 Uhr.", "20.30 Uhr", "2022-08-03T20:30"),
    ("Sie warten seit drei Jahren.", "drei Jahren", "P3Y"),
    ("Sie tagen jeden Sonntag.", "jeden Sonntag", "XXXX-WXX-7"),
    ("Der Prozess endet nächsten Monat.", "nächsten Monat", "2022-09"),
    ("Am Karfreitag 2021 blieb es ruhig.", "Karfreitag 2021", "2021-04-02"),
    ("Er wurde am Dienstagabend verhaftet.", "Dienstagabend", "2022-08-02TEV"),
    ("Die vergangenen Tage waren ruhig.", "Die vergangenen Tage", "PXD"),
    ("Das Treffen ist am Montagmorgen zu Ende gegangen.", "Montagmorgen", "2022-08-01TMO"),
    ("Der Umsatz lag über dem Vorjahr.", "dem Vorjahr", "2021"),
    ("In der Vorwoche war es ruhig.", "der Vorwoche", "2022-W30"),
    ("Am Tag zuvor regnete es.", "Tag zuvor", "2022-08-02"),
    ("In den vergangenen zwei Jahrzehnten wuchs die Stadt.", "den vergangenen zwei Jahrzehnten", "P20Y"),
    ("In den Neunzigern war es anders.", "den Neunzigern", "199"),
])
def test_german(text: str, words: str, value: str) -> None:
    check("de", text, words, value)


@pytest.mark.parametrize(("text", "words", "value"), [
    ("Ils sont entrés le 12 juin 1999.", "le 12 juin 1999", "1999-06-12"),
    ("Le scrutin du 1er août est maintenu.", "1er août", "2022-08-01"),
    ("Il est mort lundi dernier.", "lundi dernier", "2022-08-01"),
    ("La grève a commencé la semaine dernière.", "la semaine dernière", "2022-W30"),
    ("Il est parti il y a deux jours.", "il y a deux jours", "2022-08-01"),
    ("La réunion de fin mai a échoué.", "fin mai", "2022-05"),
    ("Les guerres des années 1990 pèsent encore.", "années 1990", "199"),
    ("Elle a parlé hier soir.", "hier soir", "2022-08-02TEV"),
    ("La séance ouvre à 20h30.", "20h30", "2022-08-03T20:30"),
    ("Le mois prochain, il votera.", "Le mois prochain", "2022-09"),
    ("C'était au XIXe siècle.", "XIXe siècle", "18"),
    ("Depuis l'été 2019, rien.", "l'été 2019", "2019-SU"),
    ("La séance commence à 14 heures.", "14 heures", "2022-08-03T14:00"),
    ("C'est à 3 heures de route.", "3 heures", "PT3H"),
    ("Ils sont partis à la fin du mois de mars.", "à la fin du mois de mars", "2022-03"),
    ("C'était le dimanche de Pâques 2023.", "dimanche de Pâques 2023", "2023-04-09"),
    ("Le feu a pris vers 22h15.", "vers 22h15", "2022-08-03T22:15"),
])
def test_french(text: str, words: str, value: str) -> None:
    check("fr", text, words, value)


def test_french_participle_is_no_summer() -> None:
    assert read_times("Il a été tué par balle.", WEDNESDAY, language="fr").expressions == ()


@pytest.mark.parametrize(("text", "words", "value"), [
    ("Entraron el 12 de junio de 1999.", "el 12 de junio de 1999", "1999-06-12"),
    ("Murió el viernes pasado.", "el viernes pasado", "2022-07-29"),
    ("La semana pasada hubo protestas.", "La semana pasada", "2022-W30"),
    ("Llegó hace dos días.", "hace dos días", "2022-08-01"),
    ("Volverá a finales de mayo.", "a finales de mayo", "2022-05"),
    ("Los conflictos de los años noventa siguen.", "los años noventa", "199"),
    ("Anoche hubo disparos.", "Anoche", "2022-08-02TNI"),
    ("Habló esta mañana en Madrid.", "esta mañana", "2022-08-03TMO"),
    ("Votarán el mes que viene.", "el mes que viene", "2022-09"),
    ("El Viernes Santo de 2021 fue tranquilo.", "Viernes Santo de 2021", "2021-04-02"),
    ("El acto empieza a las 14 horas.", "14 horas", "2022-08-03T14:00"),
    ("La mañana siguiente salieron.", "La mañana siguiente", "2022-08-04TMO"),
    ("Murió en la mañana del lunes.", "la mañana del lunes", "2022-08-01TMO"),
    ("Esperan desde hace tres meses.", "desde hace tres meses", "P3M"),
    ("Fue a finales de los ochenta.", "a finales de los ochenta", "198"),
    ("Fue el domingo de Pascua.", "domingo de Pascua", "2022-04-17"),
])
def test_spanish(text: str, words: str, value: str) -> None:
    check("es", text, words, value)


@pytest.mark.parametrize(("text", "words", "value"), [
    ("Ušli su 12. juna 1999. godine u Prištinu.", "12. juna 1999. godine", "1999-06-12"),
    ("Ушли су 12. јуна 1999. године у Приштину.", "12. јуна 1999. године", "1999-06-12"),
    ("Blokade su počele u nedelju.", "nedelju", "2022-07-31"),
    ("Блокаде су почеле у недељу.", "недељу", "2022-07-31"),
    ("Objavljeno je 31. jula.", "31. jula", "2022-07-31"),
    ("Објављено је 31. јула.", "31. јула", "2022-07-31"),
    ("To je bilo prošle nedelje.", "prošle nedelje", "2022-W30"),
    ("Sreli su se prošlog petka.", "prošlog petka", "2022-07-29"),
    ("Stigao je pre dva dana.", "pre dva dana", "2022-08-01"),
    ("Стигао је пре два дана.", "пре два дана", "2022-08-01"),
    ("Krajem maja odustali su.", "Krajem maja", "2022-05"),
    ("Почетком 2020. године одустали су.", "Почетком 2020. године", "2020"),
    ("Ratovi devedesetih godina traju u sećanju.", "devedesetih godina", "199"),
    ("Sinoć je pucano.", "Sinoć", "2022-08-02TNI"),
    ("Na Vidovdan su se okupili.", "Vidovdan", "2022-06-28"),
    ("Sastanak je 31. 7. 2022.", "31. 7. 2022", "2022-07-31"),
    ("Proglašena je 17. februara 2008. godine.", "17. februara 2008. godine", "2008-02-17"),
    ("Pre godinu dana je pala vlada.", "Pre godinu dana", "2021"),
    ("Пре месец дана су отишли.", "Пре месец дана", "2022-07"),
    ("Sastanak počinje u 14 sati.", "14 sati", "2022-08-03T14:00"),
    ("Rok je bio 48 sati.", "48 sati", "PT48H"),
    ("Počelo je početkom nedelje.", "početkom nedelje", "2022-W31"),
    ("Umro je u nedelju.", "nedelju", "2022-07-31"),
])
def test_serbian_in_both_scripts(text: str, words: str, value: str) -> None:
    check("sr", text, words, value)


@pytest.mark.parametrize(("text", "words", "value"), [
    ("Ušli su 12. lipnja 1999. u grad.", "12. lipnja 1999", "1999-06-12"),
    ("Odluka je donesena u travnju 2022.", "travnju 2022", "2022-04"),
    ("Vratio se prije dva dana.", "prije dva dana", "2022-08-01"),
    ("Prošlog tjedna bilo je mirno.", "Prošlog tjedna", "2022-W30"),
    ("U ponedjeljak, 1. kolovoza, stupa na snagu.", "ponedjeljak, 1. kolovoza", "2022-08-01"),
    ("Krajem svibnja su odustali.", "Krajem svibnja", "2022-05"),
    ("Prije godinu dana bio je rat.", "Prije godinu dana", "2021"),
    ("Stigli su na Veliku Gospu.", "Veliku Gospu", "2022-08-15"),
])
def test_croatian(text: str, words: str, value: str) -> None:
    check("hr", text, words, value)


def test_christmas_is_in_january_for_serbian_and_in_december_for_croatian() -> None:
    serbian = read_times("Božić 2020.", WEDNESDAY, language="sr").expressions[0]
    croatian = read_times("Božić 2020.", WEDNESDAY, language="hr").expressions[0]
    assert (serbian.value, croatian.value) == ("2020-01-07", "2020-12-25")


@pytest.mark.parametrize("language", ["de", "fr", "es", "sr", "hr"])
def test_dotted_and_slashed_dates_are_day_first_outside_english(language: str) -> None:
    for text in ("03.04.2022", "03/04/2022"):
        assert read_times(text, None, language=language).expressions[0].start == date(2022, 4, 3)


@pytest.mark.parametrize(("language", "text"), [
    ("de", "Die UN-Resolution 1244 gilt weiter."), ("fr", "La résolution 1244 demeure."),
    ("es", "La resolución 1244 sigue vigente."), ("sr", "Rezolucija 1244 je na snazi."),
])
def test_resolution_1244_is_no_year(language: str, text: str) -> None:
    assert read_times(text, WEDNESDAY, language=language).expressions == ()


@pytest.mark.parametrize(("language", "text", "words", "value"), [
    ("de", "Die Sitzung ist für Freitag geplant.", "Freitag", "2022-08-05"),
    ("de", "Der Prozess beginnt am Montag.", "Montag", "2022-08-08"),
    ("de", "Die Polizei nahm am Freitag zwei Männer fest.", "Freitag", "2022-07-29"),
    ("de", "Das Treffen am Montag verlief ruhig.", "Montag", "2022-08-01"),
    ("fr", "Le parlement votera vendredi.", "vendredi", "2022-08-05"),
    ("fr", "La police a arrêté deux hommes vendredi.", "vendredi", "2022-07-29"),
    ("es", "Las conversaciones comenzarán el lunes.", "lunes", "2022-08-08"),
    ("es", "La policía detuvo a dos hombres el viernes.", "viernes", "2022-07-29"),
    ("sr", "Sastanak je zakazan za petak.", "petak", "2022-08-05"),
    ("sr", "Полиција је ухапсила двојицу у петак.", "петак", "2022-07-29"),
    ("sr", "Парламент ће гласати у петак.", "петак", "2022-08-05"),
])
def test_a_verb_of_the_future_moves_the_weekday_there(language: str, text: str, words: str, value: str) -> None:
    check(language, text, words, value)


@pytest.mark.parametrize(("language", "text", "words", "value"), [
    ("de", "Anfang 1867 zog die Garnison ab.", "Anfang 1867", "1867"),
    ("fr", "Depuis 1789 tout a changé.", "1789", "1789"),
    ("es", "A principios de 1867 se fue la guarnición.", "A principios de 1867", "1867"),
    ("sr", "Krajem 1875. otišli su.", "Krajem 1875", "1875"),
])
def test_a_preposition_vouches_for_an_old_year(language: str, text: str, words: str, value: str) -> None:
    check(language, text, words, value)


@pytest.mark.parametrize(("language", "text"), [
    ("de", "Bis 1500 Menschen kamen."), ("es", "Hasta 1500 personas llegaron."), ("sr", "Do 1500 ljudi je došlo.")])
def test_a_number_of_people_is_no_year(language: str, text: str) -> None:
    assert read_times(text, WEDNESDAY, language=language).expressions == ()


@pytest.mark.parametrize(("language", "text"), [
    ("sr", "Ustanak je izbio u 1830."), ("de", "Die Stadt brannte um 1830."), ("fr", "La ville brûla dès 1830."),
])
def test_only_english_wires_tell_the_clock_in_four_digits(language: str, text: str) -> None:
    check(language, text, "1830", "1830")


@pytest.mark.parametrize(("language", "text", "words", "value"), [
    # the unit that goes on, without a word for "this"
    ("de", "Bis Ende des Jahres ist er fort.", "Ende des Jahres", "2022"),
    ("de", "Zum Monatsende zog er aus.", "Monatsende", "2022-08"),
    ("de", "Zum Jahresende 2006 schloss das Werk.", "Jahresende 2006", "2006"),
    ("fr", "Il part en fin d'année.", "fin d'année", "2022"),
    ("es", "Llegará a finales de año.", "a finales de año", "2022"),
    ("sh", "Biće gotovo do kraja meseca.", "kraja meseca", "2022-08"),
    ("sr", "Посао ће бити готов до краја године.", "краја године", "2022"),
    ("de", "Heuer gab es kein Fest.", "Heuer", "2022"),
    ("hr", "Lani je bilo toplije.", "Lani", "2021"),
    ("sr", "Zimus je padao sneg.", "Zimus", "2021-WI"),
    # next is told from now, whatever article it has
    ("fr", "Fin 2014 il est parti ; il revient le mois prochain.", "le mois prochain", "2022-09"),
    ("es", "En 2014 se fue; vuelve el próximo mes.", "el próximo mes", "2022-09"),
    ("es", "El ministro lo negó este martes.", "este martes", "2022-08-02"),
    # days and months in figures and romans
    ("de", "Der Prozess wird am 28.10. fortgesetzt.", "28.10.", "2022-10-28"),
    ("de", "Die Straße ist vom 22.05. – 26.05.2023 zu.", "22.05.", "2023-05-22"),
    ("fr", "Le match reprendra le 28/10 au stade.", "28/10", "2022-10-28"),
    ("sr", "Brod je potonuo 8. XI 1914. kod Ade.", "8. XI 1914.", "1914-11-08"),
    ("es", "Se firmó en Burgos el 7-XI-1938 sin testigos.", "7-XI-1938", "1938-11-07"),
    ("de", "Gespielt wird am 14., 18. und 21. Oktober.", "14", "2022-10-14"),
    ("es", "La búsqueda terminó el 29 de ese mes.", "el 29 de ese mes", "2022-08-29"),
    # years without a word before them, and numbers that are none
    ("de", "1848 griff der Aufstand auf die Stadt über.", "1848", "1848"),
    ("de", "Die Burg wurde 1525 niedergebrannt.", "1525", "1525"),
    ("sr", "Gimnaziju je završio 1874., a potom otišao.", "1874", "1874"),
    # centuries and decades
    ("es", "La torre es del siglo XV y cayó.", "siglo XV", "14"),
    ("fr", "Bâti au XIVe siècle, le donjon brûla.", "XIVe siècle", "13"),
    ("sr", "Crkva je iz XVI veka.", "XVI veka", "15"),
    ("sr", "Obnovljena je tridesetih godina 19. veka.", "tridesetih godina 19. veka", "183"),
    ("fr", "Dans les années trente, ils émigrèrent.", "les années trente", "193"),
    ("de", "In den Dreißigerjahren zogen sie fort.", "Dreißigerjahren", "193"),
    # clocks and parts of days
    ("de", "Der Zug fuhr am Samstag um halb acht.", "Samstag um halb acht", "2022-07-30T07:30"),
    ("de", "Geprobt wurde von 10 bis 13 Uhr.", "10", "2022-08-03T10:00"),
    ("de", "Die Spiele werden heute Abend eröffnet.", "heute Abend", "2022-08-03TEV"),
    ("hr", "Tekma počinje večeras u 20.30.", "večeras u 20.30", "2022-08-03T20:30"),
    ("sr", "Zaspao je juče u 6 sati ujutru.", "juče u 6 sati ujutru", "2022-08-02T06:00"),
    ("es", "Saldrá a las seis de la tarde.", "seis de la tarde", "2022-08-03T18:00"),
    ("es", "Salió a las siete y media de la mañana.", "siete y media de la mañana", "2022-08-03T07:30"),
    ("es", "Llegó a la una; salió a las nueve menos cuarto.", "nueve menos cuarto", "2022-08-03T08:45"),
    ("es", "La pelea ocurrió la noche del sábado.", "la noche del sábado", "2022-07-30TNI"),
    # lengths in one word, the eve of a feast, a week by its number
    ("de", "Der zweitägige Gipfel endete.", "zweitägige", "P2D"),
    ("de", "Sie stritten jahrelang.", "jahrelang", "PXY"),
    ("es", "Duró medio siglo.", "medio siglo", "P50Y"),
    ("sr", "Ćutao je pola veka.", "pola veka", "P50Y"),
    ("es", "Nevó en la víspera de Navidad de 1958.", "la víspera de Navidad de 1958", "1958-12-24"),
    ("de", "In der 7. Kalenderwoche 2022 waren es mehr.", "der 7. Kalenderwoche 2022", "2022-W07"),
    ("de", "Heute vor 50 Jahren rollte der letzte Zug.", "Heute vor 50 Jahren", "1972-08-03"),
    ("sr", "Okupili su se na Badnji dan.", "Badnji dan", "2022-01-06"),
    ("sr", "Uhapšen je juče u popodnevnim satima.", "juče u popodnevnim satima", "2022-08-02TAF"),
    ("sr", "Na jučerašnjoj sednici usvojen je budžet.", "jučerašnjoj", "2022-08-02"),
    ("hr", "Utakmica će biti 5. prosinca od 13 sati.", "5. prosinca od 13 sati", "2022-12-05T13:00"),
    ("hr", "Potres se dogodio 29. prosinca 2020. u 12.19 sati.", "29. prosinca 2020. u 12.19 sati", "2020-12-29T12:19"),
    ("sr", "Bez struje su od 8 do 14 časova.", "8", "2022-08-03T08:00"),
    ("sr", "Најавили су нову блокаду за суботу.", "суботу", "2022-08-06"),
    ("sr", "Uvezli su ih od januara do aprila ove godine.", "januara", "2022-01"),
    ("sr", "Osnovana je dvadesetih godina prošlog veka.", "dvadesetih godina prošlog veka", "192"),
    ("sr", "Došli su u trodnevnu posetu.", "trodnevnu", "P3D"),
    ("sr", "Opljačkan je u ulici prošlog meseca.", "prošlog meseca", "2022-07"),
    ("de", "Am Wochenende wurde demonstriert.", "Wochenende", "2022-W30-WE"),
    ("de", "1848 kam er; im Jahr darauf floh er.", "im Jahr darauf", "1849"),
    ("de", "Sie sagten den 35-stündigen Streik ab.", "35-stündigen", "PT35H"),
    ("de", "Von Donnerstag bis Sonntag kamen viele.", "Donnerstag", "2022-07-28"),
    ("de", "Die Messe dauerte von Donnerstag bis Sonntag.", "Donnerstag", "2022-07-28"),
    ("de", "Gebaut wurde von Januar bis März.", "Januar", "2022-01"),
    ("de", "Sie rufen für Freitag zum Streik auf.", "Freitag", "2022-08-05"),
    ("fr", "Elle part aujourd'hui à 14 heures de la préfecture.", "aujourd'hui à 14 heures", "2022-08-03T14:00"),
    ("fr", "Le procès s'ouvrira à l'automne.", "l'automne", "2022-FA"),
    ("fr", "Ils ont déposé un préavis de grève pour vendredi.", "vendredi", "2022-08-05"),
    ("fr", "C'est le quinzième depuis le début de l'année.", "le début de l'année", "2022"),
    ("fr", "Des vitrines ont été brisées dans l'après-midi.", "dans l'après-midi", "2022-08-03TAF"),
    ("es", "Ha prometido una ley para enero.", "enero", "2023-01"),
    ("es", "El periodo concluirá el 31 de diciembre.", "el 31 de diciembre", "2022-12-31"),
    ("es", "Son piezas de los siglos XVII y XVIII.", "los siglos XVII", "16"),
])
def test_what_newspapers_write(language: str, text: str, words: str, value: str) -> None:
    check(language, text, words, value)


@pytest.mark.parametrize(("language", "text"), [
    ("de", "Bürgermeisterin Karin Mai schwieg."), ("de", "Komponist Emil Sommer spielte."),
    ("es", "Julio Enero y Abril Domingo fueron detenidos."), ("es", "El ministro Mayo Quispe calló en la Plaza de Mayo."),
    ("es", "Viven en la calle 9 de Julio, según el diario."), ("fr", "Claire Avril habite rue du 4 Septembre."),
    ("sr", "Maja Subotić je ručala u hotelu „Zima“."), ("sr", "Sednica je u sali 1918 na spratu."),
    ("es", "Cayó ASUNCIÓN, la capital, según Julio Segundo."), ("fr", "Kevin Mardis joue près du Champ-de-Mars."),
    ("fr", "La guerre de Cent Ans a laissé des traces."), ("es", "El vuelo 1937 despegó."), ("hr", "Josip Listopad je otišao."),
])
def test_names_of_people_places_and_numbers_are_no_times(language: str, text: str) -> None:
    assert read_times(text, WEDNESDAY, language=language).expressions == ()
