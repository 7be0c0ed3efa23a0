"""Words that streets are called by, as patterns: after the name, before it, and grown together with it."""

from __future__ import annotations

AFTER = (
    r"(?:[Ss]treets?|STREET|[Aa]venue|AVENUE|[Rr]oad|ROAD|[Bb]oulevard|BOULEVARD|[Ll]ane|LANE|Drive|DRIVE|Court|COURT"
    r"|Place|PLACE|Way|WAY|Terrace|Crescent|Parkway|Highway|Square|Circle|Trail|Loop|Alley|Mews|Gardens|Grove|Turnpike"
    r"|Expressway|Freeway|Crossing|Heights|Strasse|Straße|[Ss]tr|St|ST|Ave?|AVE|Rd|RD|Dr|DR|Ln|LN|Ct|CT|Pl|PL|Blvd|BLVD"
    r"|Terr?|Cres|Close|Pkwy|Hwy|Sq|Cir|Trl|Aly|Row|Pike|Plaza|Ridge|Run|Walk|Wharf|Quay|Tpke|Expy|Xing|Hill|Path|Pass"
    r"|Bypass|Point|Gade|Gate|Vei|Vej|Straat|Laan|Weg|[Tt]errasse|Allé|[Aa]llee)\b\.?"
)
"""`Main Street`, `Beacon Hill Rd.`, `Alexander Allé`."""

ALONE = r"(?:Street|Avenue|Boulevard|Road|STREET|AVENUE|ROAD|Blvd\b\.?|Ave\b\.|Rd\b\.)"
"""Those that name a street without a house number: drives, lanes, courts and ways are other things too."""

BEFORE = (
    r"(?:[Rr]ua|[Rr]ue|Viale?|Vicolo|[Cc]alle|C/|[Aa]venida|[Aa]vda\b\.?|Av\.|[Bb]oulevard|Piazz(?:a|etta|ale)|[Pp]raça"
    r"|Strada|Corso|Largo|[Tt]ravessa|[Pp]aseo|Camino|Carrera|Ctra\.|[Cc]hemin|Quai|Impasse|Allée|Rambla|Ronda|Contrada"
    r"|[Uu]l\.|Al\.|Os\.|Jalan|Jl\.|Avenue|Λεωφόρος|ул\.)"
)
"""`Rua do Arenque`, `Via Roma`, `ul. Miła`."""

GROWN = (
    r"(?:gat[ae]n?|gade|vejen|vej|vegen|vegi|vegur|veg|veien|vei|vägen|väg|weg|straat|laan|str\.|strasse|straße|gasse"
    r"|platz|allee|damm|katu|kuja|polku|tie|stræde|stræti|braut|stígur|stien|plein|singel|kade|steeg|dijk|tänav|vænget"
    r"|terrassen?|svingen|bakken)"
)
"""`Kiannonkatu`, `Hauptstr.`, `Brixtonlaan`."""

SMALL_AFTER = r"(?:utcája|utca|útja|út|u\.|körút|kapu|tér|gate|gata|vei|veg|[Ss]tr\.)"
"""`Rákóczi út`, `Beitostølen vei`: words in small letters that stand after the name and before the house number."""

PARTICLES = (
    r"(?:de|du|des|da|do|dos|das|del|della|dei|degli|di|la|le|las|los|el|al|von|van|der|den|of|och|og|u|z|w|e|y)"
)
"""Small words within a street's or a city's name."""

UNIT = r"(?i:suite|ste\b\.?|apt\b\.?|apartment|unit|flat|room|rm\b\.?|floor|fl\b\.?|lot|bldg\b\.?|building|#)"
"""What stands before the number of a part of a house."""
