"""Places of the demo: states with their share of members, districts and counties below them."""

from __future__ import annotations

# code, name, accent colour, share of the population in per cent
LANDS: tuple[tuple[str, str, str, float], ...] = (
    ("bw", "Baden-Württemberg", "8a4b00", 13.4),
    ("by", "Bayern", "1a6d9c", 16.0),
    ("be", "Berlin", "a3242b", 4.4),
    ("bb", "Brandenburg", "9a2b2b", 3.1),
    ("hb", "Bremen", "a02c2c", 0.8),
    ("hh", "Hamburg", "b01e2e", 2.2),
    ("he", "Hessen", "7a3b8f", 7.6),
    ("mv", "Mecklenburg-Vorpommern", "1b5fa8", 1.9),
    ("ni", "Niedersachsen", "0d6b50", 9.7),
    ("nw", "Nordrhein-Westfalen", "2f6b1f", 21.5),
    ("rp", "Rheinland-Pfalz", "8c2f39", 4.9),
    ("sl", "Saarland", "46549b", 1.2),
    ("sn", "Sachsen", "356b2c", 4.9),
    ("st", "Sachsen-Anhalt", "7a5c00", 2.6),
    ("sh", "Schleswig-Holstein", "1f5d99", 3.5),
    ("th", "Thüringen", "9b3b12", 2.5),
)

# state, slug, name, counties (slug, name)
# fmt: off
DISTRICTS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("bw", "stuttgart", "Region Stuttgart", (("kreis-esslingen", "Kreis Esslingen"),)),
    ("bw", "suedbaden", "Südbaden", (("kreis-loerrach", "Kreis Lörrach"),)),
    ("bw", "ostwuerttemberg", "Ostwürttemberg", (("ostalbkreis", "Ostalbkreis"),)),
    ("by", "oberbayern", "Oberbayern", (("kreis-dachau", "Kreis Dachau"), ("kreis-miesbach", "Kreis Miesbach"))),
    ("by", "schwaben", "Schwaben", (("kreis-guenzburg", "Kreis Günzburg"),)),
    ("by", "mittelfranken", "Mittelfranken", (("kreis-ansbach", "Kreis Ansbach"), ("kreis-fuerth", "Kreis Fürth"))),
    ("by", "oberpfalz", "Oberpfalz", (("kreis-cham", "Kreis Cham"),)),
    ("be", "berlin-ost", "Bezirke Ost", (("pankow", "Pankow"),)),
    ("bb", "lausitz", "Lausitz", (("kreis-spree-neisse", "Kreis Spree-Neiße"),)),
    ("bb", "havelland", "Havelland", (("kreis-oberhavel", "Kreis Oberhavel"),)),
    ("hb", "bremerhaven", "Bremerhaven", ()),
    ("hh", "harburg", "Harburg", (("suederelbe", "Süderelbe"),)),
    ("he", "suedhessen", "Südhessen", (("kreis-bergstrasse", "Kreis Bergstraße"), ("kreis-gross-gerau", "Kreis Groß-Gerau"))),
    ("he", "nordhessen", "Nordhessen", (("kreis-kassel", "Kreis Kassel"),)),
    ("mv", "vorpommern", "Vorpommern", (("kreis-ruegen", "Kreis Vorpommern-Rügen"),)),
    ("mv", "mecklenburg", "Mecklenburg", (("kreis-rostock", "Kreis Rostock"),)),
    ("ni", "weser-ems", "Weser-Ems", (("kreis-osnabrueck", "Kreis Osnabrück"), ("kreis-emsland", "Kreis Emsland"), ("kreis-vechta", "Kreis Vechta"), ("kreis-aurich", "Kreis Aurich"))),
    ("ni", "lueneburg", "Lüneburg", (("kreis-celle", "Kreis Celle"), ("kreis-harburg", "Kreis Harburg"))),
    ("ni", "braunschweig", "Braunschweig", (("kreis-goslar", "Kreis Goslar"),)),
    ("nw", "westfalen", "Westfalen", (("kreis-steinfurt", "Kreis Steinfurt"), ("kreis-coesfeld", "Kreis Coesfeld"), ("kreis-warendorf", "Kreis Warendorf"), ("kreis-guetersloh", "Kreis Gütersloh"))),
    ("nw", "rheinland", "Rheinland", (("rhein-sieg-kreis", "Rhein-Sieg-Kreis"), ("kreis-euskirchen", "Kreis Euskirchen"), ("kreis-kleve", "Kreis Kleve"))),
    ("nw", "ruhr", "Ruhr", (("kreis-unna", "Kreis Unna"), ("kreis-recklinghausen", "Kreis Recklinghausen"))),
    ("nw", "suedwestfalen", "Südwestfalen", (("kreis-olpe", "Kreis Olpe"), ("hochsauerlandkreis", "Hochsauerlandkreis"))),
    ("rp", "pfalz", "Pfalz", (("kreis-suedliche-weinstrasse", "Kreis Südliche Weinstraße"), ("kreis-kusel", "Kreis Kusel"))),
    ("rp", "eifel", "Eifel", (("eifelkreis", "Eifelkreis Bitburg-Prüm"),)),
    ("sl", "saarpfalz", "Saarpfalz", (("kreis-st-wendel", "Kreis St. Wendel"),)),
    ("sn", "erzgebirge", "Erzgebirge", (("kreis-zwickau", "Kreis Zwickau"),)),
    ("sn", "leipziger-land", "Leipziger Land", (("kreis-nordsachsen", "Kreis Nordsachsen"), ("kreis-meissen", "Kreis Meißen"))),
    ("st", "altmark", "Altmark", (("kreis-stendal", "Kreis Stendal"),)),
    ("st", "harz", "Harz", (("harzkreis", "Harzkreis"),)),
    ("sh", "holstein", "Holstein", (("kreis-ploen", "Kreis Plön"), ("kreis-stormarn", "Kreis Stormarn"))),
    ("th", "ostthueringen", "Ostthüringen", (("kreis-greiz", "Kreis Greiz"), ("kreis-altenburg", "Kreis Altenburger Land"))),
)
# fmt: on
