"""Requests for harm: what is asked for, by whom it would be suffered, and what speaks against a bad intent."""

from __future__ import annotations

from math import prod

from processors.text.cues import GAP, NEXT, Cue, CueTable, Finding, noisy_or

_KIN = (
    "wife|husband|spouse|partner|girlfriend|boyfriend|ex|mother|father|mom|dad|brother|sister|son|daughter|child|boss|"
    "neighbou?r|friend|co-?worker|colleague|employees?|employer|teacher|student|roommate|landlord|tenant|classmate|date|"
    "therapist|doctor|patient|officer|victim|mate|fianc[eé]e?|crush|parents?|stepmother|servant|ex-?\\w{4,10}"
)
PERSON = (
    rf"(?:(?:my|your|his|her|their|an?|the|someone's)\W(?:\w{{1,12}}\W){{0,2}}?(?:{_KIN})|people|someone|somebody|anyone|"
    r"persons?|man|men|wom[ae]n|humans?|child(?:ren)?|kids?|bab(?:y|ies)|toddlers?|teens?|teenagers?|girls?|boys?|"
    r"immigrants?|civilians?|politicians?|president|cops?|police|citizens|victims?|patients?|students?|crowds?|animals?|"
    r"cats?|dogs?|enem(?:y|ies)|others|tourists?|strangers?|\w{3,12} people|jews|muslims|him|them|prostitutes?|pets?)"
)
_ASK = (
    r"\b(?:how (?:do|can|could|to|would|should|might)|ways? (?:to|of)|steps|instructions|guide|tutorial|explain how|teach|"
    r"help me|show me|tell me how|plan|best|write|create|develop|make|provide|give|design|generate|outline|produce|"
    r"list|describe|craft|draft|where can|what should i|what can i|i want|i need|want to|going to)\b"
)
_MAKE = (
    r"(?:\b(?:make|making|build|building|create|creating|construct\w{0,5}|produce|producing|synthesi[sz]\w{1,5}|cook|brew|"
    r"manufactur\w{1,5}|design|develop\w{0,5}|assemble|obtain|acquire|acquiring|get|buy|buying|sell|selling|smuggl\w{1,4}|"
    r"spread\w{0,4}|deploy\w{0,4}|write|writing|grow|weaponi[sz]\w{1,3}|detonat\w{1,3}|plant|distribut\w{1,3}|disguise|"
    r"traffic\w{0,4}|steal\w{0,3}|import\w{0,3}|conceal|extract\w{0,3}|instructions|recipe|steps|guide|hide|use|using|"
    r"convert|modify|download)\b" + GAP + ")"
)
_GROUP = (
    r"(?:(?:black|white|gay|trans\w{0,6}|disabled|asian|arab|jewish|muslim|homeless|elderly|deaf|old|fat|poor|lgbt\w{0,3}|"
    r"hispanic|african|mexican|chinese|indian|autistic|asexual|gender|certain|minority)\W(?:\w{1,12}\W)?(?:people|persons?|"
    r"men|women|groups?|race|races|immigrants?|employees|candidates)|women|immigrants?|jews|muslims|latinos?|refugees|"
    r"homosexuals?|gays|lesbians|minorit(?:y|ies)|christians|asians|foreigners|migrants|gypsies|blacks|arabs)"
)

HARM = CueTable(
    [
        # violence
        Cue("violence", 0.85, "kill|murder|assassinate|stab|strangle|behead|shoot|poison|torture|kidnap|abduct|lynch|slay|"
            "butcher|slaughter|execute|eliminate|exterminate|eradicate|suffocate|smother|drown|electrocute|dismember|maim|"
            "massacre|choke|throttle|mutilate|killing|murdering|poisoning|torturing|kidnapping|stabbing|liquidate|"
            "annihilate|drug|molest|decapitate|burn|harm|hurt|injure|attack|assault|intimidate|threaten|castrate",
            rf"{NEXT}(?:off{NEXT})?(?:{PERSON})\b"),
        Cue("violence", 0.6, "beat|punch|slap|kick|whip|crush|smash|break|crack|bash|push|tackle|hit|slice|fracture|sever|"
            "pierce|slit|cut|pulverise|snap", rf"{NEXT}(?:up{NEXT}|open{NEXT}|down{NEXT})?(?:(?:{PERSON})|(?:an?|the|"
            r"my|someone's|their|his|her) (?:\w{1,12}(?:'s)? )?(?:skull|spine|neck|legs?|arms?|bones?|throat|fingers?|wrist|artery|veins?))\b"),
        Cue("violence", 0.85, "murder|massacre|genocide|assassination|lynching|arson|kidnapping|hitman|beheading|stabbing",
            "", _ASK + rf"{GAP}(?:commit|get away with|plan|plot|organi[sz]e|hire|carry out|arrange|perform|a)\b{GAP}"),
        Cue("violence", 0.8, "hostage|hostages", "", rf"\b(?:take|taking|hold|holding){GAP}"),
        Cue("violence", 0.8, "fire", "", rf"\b(?:set|setting){GAP}(?:hospital|school|house|church|mosque|building|car|home|{PERSON})\Won\W"),
        Cue("violence", 0.75, "bomb|blow up|shoot up|wipe out|destroy|burn down|derail|crash|sabotage|vandalize|vandalise|loot|"
            "firebomb|explode", rf"{GAP}(?:building|school|hospital|mosque|church|synagogue|village|city|town|train|plane|"
            r"airport|bridge|stadium|government|grid|embassy|market|property|landmark|skyscrapers?|infrastructure|car|house)s?\b", _ASK + GAP),
        Cue("weapons", 0.85, "bomb|bombs|explosive|explosives|grenade|molotov|landmine|nerve agent|sarin|ricin|anthrax|"
            "bioweapon|bioweapons|napalm|tatp|ied|silencer|ghost gun|botulinum|dimethylmercury|chlorine gas|flamethrower|"
            "mustard gas|smallpox|ebola|toxin|toxins|uranium|dynamite|thermite", "", _MAKE),
        Cue("weapons", 0.75, "weapon|weapons|gun|guns|firearm|firearms|pistol|rifle|missile|ammunition|poison|poisons", "",
            _MAKE),
        Cue("weapons", 0.5, "bomb|bombs|explosive|explosives|nerve agent|sarin|ricin|anthrax|bioweapon|weapon|weapons|poison|"
            "firearms|toxin|nuclear|vx|chemical weapon|biological weapon|glock|pipe bomb|grenade"),
        # drugs
        Cue("drugs", 0.85, "meth|methamphetamine|cocaine|heroin|fentanyl|crack|lsd|mdma|ecstasy|ghb|rohypnol|carfentanil|"
            "nitazene|pcp|dmt|drugs|marijuana|cannabis|steroids|ketamine|opium|amphetamines|moonshine", "", _MAKE),
        Cue("drugs", 0.35, "meth|methamphetamine|cocaine|heroin|fentanyl|lsd|mdma|ketamine|illicit|cartel|overdose|opioids"),
        # cybercrime
        Cue("cybercrime", 0.85, "hack|hacking|hacks|ddos|phish|keylogger|ransomware|malware|spyware|botnet|backdoor|trojan|exploit|"
            "jailbreak|spoof|hacked", "", _ASK + GAP),
        Cue("cybercrime", 0.8, "malware|ransomware|phishing|keylogger|botnet|virus|worm|trojan|spyware|rootkit|deepfake|deepfakes|"
            "spam|scam|scams|viruses|malicious", "", r"\b(?:write|create|creating|build|develop|design|make|making|code|generate|send|spread|run|"
            rf"craft|launch|deploy|deploying|how to|conduct|produce)\b{GAP}"),
        Cue("cybercrime", 0.8, "hack|hacks|hacking|break|breaking|breach|gain|infiltrate|infect|hijack|bypass|steal|disable|crash|intercept",
            rf"{GAP}(?:networks?|databases?|computers?|systems?|websites?|servers?|accounts?|wi-?fi|phones?|emails?|passwords?|"
            r"cameras?|atms?|voting|firewall|data|information|security|credentials|devices?|password|software|unauthorized access)\b"),
        # theft and fraud
        Cue("crime", 0.75, "steal|rob|shoplift|embezzle|launder|counterfeit|forge|blackmail|extort|bribe|smuggle|counterfeiting|"
            "laundering|scam|defraud|evade|cheat|pickpocket|burgle|plagiarize|hotwire|stealing|robbing|shoplifting|"
            "forging|blackmailing|bribing|smuggling|defrauding|impersonate|trespass|hijack|kidnap|carjack|rig|swindle|"
            "falsify|fabricate|forged|falsifying|vandalize|dox|doxx|extorting", "", _ASK + rf"(?:{GAP}|\W{{1,3}}(?:\w{{1,14}}\W){{0,8}}?)"),
        Cue("crime", 0.75, "fraud|theft|laundering|blackmail|extortion|ponzi|trafficking|counterfeit|insider trading|embezzlement|"
            "tax evasion|robbery|burglary|identity theft|bribery|heist|insider|piracy|pyramid scheme|money laundering|libel|slander", "",
            r"\b(?:commit\w{0,4}|run|running|set up|start|plan|create|creating|how to|get away with|conduct\w{0,3}|tutorial|instructions|"
            rf"guide|engage in|carry out|strategies|make|use|using|explain|steps|teach|involved in)\b{GAP}"),
        Cue("crime", 0.72, "fake|false|counterfeit|forged|falsified|stolen", rf"{NEXT}(?:\w{{1,14}}\W)?(?:id|ids|identity|passports?|documents?|licen[cs]es?|"
            r"certificates?|reviews?|accounts?|checks?|cheques?|money|currency|bills|credit|news|evidence|record|records|id's|vaccine|prescriptions?|"
            r"goods|cars?|information|identities|invoices?|social|profiles?|claims?|rumou?rs?|charity|citations?|data)\b"),
        Cue("evasion", 0.75, "caught|detected|noticed|suspicion|detection|traced|undetected|untraceable|prosecution|consent|permission|"
            "authorization|prescription|license|licence|knowing|repercussions|discovered|trace|evidence behind", "",
            r"\b(?:without|avoid|avoiding|evade|evading|not get|never get|no)\b(?:\W(?:being|getting|get|raising|leaving|any|a|the|their|my|"
            r"his|her|proper|legal|patient|informed|valid|explicit|obtaining|them|anyone|drawing|them|patient's|facing|prior|scientific|regulatory|medical|fear of)){0,4}\W"),
        Cue("evasion", 0.55, "undetected|untraceable|surreptitiously|secretly|covertly|discreetly|discreet|illegally|unlawfully|"
            "unauthorized|illicit|illegal|evade|bypass|circumvent|evading|bypassing|deceive|manipulate|mislead|deceptive|exploit|coerce|"
            "unethical|sabotage|misinform|disregard|malicious|harmful|loophole|loopholes|criminal|pretend|trick"),
        # sexual harm
        Cue("sexual harm", 0.95, "child|children|minor|minors|underage|preteen|kid|kids|toddler|schoolgirl|teen", rf"{GAP}(?:porn\w{{0,8}}|"
            r"sex\w{0,6}|erotic\w{0,2}|nudes?|naked|abuse|exploit\w{0,6}|groom\w{0,4})\b"),
        Cue("sexual harm", 0.9, "porn|pornography|sex|sexual|sexually|erotica|nude|nudes|naked|rape|molest|fuck|fucked|sexy|groom|grooming|penis|"
            "cock|pussy|orgasm", rf"{GAP}(?:child\w{{0,4}}|minors?|underage|(?:year|yr)s?\W?olds?|little (?:girl|boy)s?|kids?|teens?|"
            r"students?|daughter|son|sister|brother|incest|schoolgirls?)\b"),
        Cue("sexual harm", 0.75, "rape|molest|upskirt|molesting|raping|sex trafficking|human trafficking|date rape|revenge porn|prostitution", "", _ASK + GAP),
        Cue("sexual content", 0.6, "porn|erotic|blowjob|cum|pussy|dick|cock|tits|orgasm|nude|fuck|fucking|masturbate|masturbating|clit|horny|naked|"
            "cunt|vagina|penis|nipples|moaned|moaning|dildo|boobs|slut|whore|thrust|thrusting"),
        # self-harm
        Cue("self-harm", 0.9, "kill|hang|cut|hurt|harm|starve|poison|shoot|stab|drown|burn|electrocute|suffocate|strangle", rf"{NEXT}(?:myself|yourself|my wrists?|my own)\b"),
        Cue("self-harm", 0.8, "suicide|anorexia|anorexic|bulimia|bulimic|purge|pro-ana|self-harm|cutting|overdose|bloodletting|starving|thinspo|suicidal",
            "", r"\b(?:commit|committing|how to|how can|ways? (?:to|of)|painless|best|want|tips?|convinc\w{1,4}|encourag\w{1,4}|promot\w{1,5}|glorif\w{1,5}|instruct\w{0,5}|i|my|am|feel\w{0,3}|thinking)\b" + GAP),
        Cue("self-harm", 0.45, "suicide|suicidal|self-harm|anorexia|bulimia|myself|die"),
        Cue("self-harm", 0.75, "end|ending|take|taking", rf"{NEXT}(?:my (?:own )?life|it all)\b"),
        # hatred
        Cue("hatred", 0.8, "discriminate|discriminated|deny|denied|exclude|excluded|deport|segregate|harass|bully|humiliate|shame|dehumanize|"
            "degrade|exterminate|eradicate|insult|mock|oppress|ban|hate|burden|ridicule|persecute|belittle|stalk|bullying|blackmail|defame", rf"{GAP}(?:{PERSON}|{_GROUP})\b"),
        Cue("hatred", 0.75, "should|are|being|is|must", rf"{GAP}(?:not|never|less|inferior|superior|lazy|stupid|disgusting|criminals|terrorists|dirty|denied|banned|"
            r"discriminated|excluded|inherently|justified|burden|ruining|prone|naturally|deported|useless|worse|vermin|animals|subhuman)\b", rf"\b{_GROUP}\b{NEXT}"),
        Cue("hatred", 0.75, "racist|sexist|homophobic|antisemitic|xenophobic|racism|misogynistic|supremacist|nazi|nazis|hateful|derogatory|hatred|offensive|defamatory|transphobic|islamophobic|holocaust", "", _ASK + GAP),
        Cue("hatred", 0.75, "justified|justify|glorify|glorifies|glorifying|praise|celebrate|celebrates|right|promote|promotes|promoting|defend|defends|convince|convincing|recruit|incite|incites|inciting|encourage|encourages|encouraging|supporting|advocating",
            rf"{GAP}(?:terror\w{{0,6}}|genocid\w{{1,3}}|violen\w{{2,4}}|nazis?|hitler|slavery|isis|al-?qaeda|murder\w{{0,5}}|shooting|kill\w{{0,4}}|massacre|racis\w{{1,2}}|hate|extremis\w{{1,2}}|suicide|drug|smoking|supremac\w{{1,3}}|"
            r"discriminat\w{1,4}|rape|invade|holocaust|torture|crimes?|illegal|self-harm|anorexia|eating disorders?|cannibalism|riots?)\b"),
        Cue("hatred", 0.75, "nightclub|church|genocide|holocaust|slavery|massacre|shooting|apartheid|bombing|ethnic cleansing|isis|attacks", rf"{GAP}(?:justified|right|good|deserved|fake|hoax|myth|a lie)\b"),
        Cue("abuse", 0.72, "nigger|niggers|nigga|faggot|faggots|fag|kike|kikes|chink|spic|tranny|retard|retards|retarded|sandnigger|wetback|coon|dyke|subhuman|subhumans|goyim|gypsies"),
        Cue("abuse", 0.5, "kill|exterminate|gas|hang|shoot|burn|hate|filthy|deport|scum|vermin|parasites", rf"{GAP}(?:{_GROUP}|yourself|you|them all|all of them)\b"),
        # disinformation
        Cue("disinformation", 0.75, "conspiracy|misinformation|disinformation|hoax|propaganda|defamatory|rumors|rumours|fake news|false information|gossip|slander",
            "", r"\b(?:write|create|spread\w{0,4}|generate|promot\w{1,5}|publish\w{0,3}|produce|develop|make|design|persuasive|post|persuade|incorporates?|disseminat\w{1,4})\b" + GAP),
        Cue("disinformation", 0.72, "claiming|claims|arguing|persuade|suggesting|argues|convince|convincing|explain|explaining|discourages|stating|alleging|proving", rf"(?:\W{{1,3}}[\w'-]{{1,24}}){{0,8}}?\W{{1,3}}(?:vaccin\w{{1,6}}|5g|"
            r"hoax|rigged|inside job|faked|flat|conspiracy|good for you|bioweapon|not real|never happened|cancer|masks|fraudulent|chemtrails|stolen|election|genocide|without evidence|scientific evidence|myth|leaked|cure|cures)\b"),
        # privacy
        Cue("privacy", 0.8, "address|password|passwords|ssn|passport|licence|license|orientation|history|location|records|salary|status|pin|"
            "number|diagnosis|certificate|email|phone|whereabouts", r"\b",
            r"\b(?:my|our|someone's|somebody's|his|her|their|a)\W(?:ex\W)?(?:[a-z]{2,14}\W){0,2}?(?:" + _KIN + r")(?:,? \w{2,12})?(?:'s|s')\W(?:[a-z']{1,14}\W){0,4}?"),
        Cue("privacy", 0.75, "address|password|passwords|ssn|passport|location|records|salary|number|information|details|data|messages|medical|confidential|personal|private|patents|secrets|identity",
            "", r"\b(?:steal\w{0,3}|find out|track\w{0,3}|obtain\w{0,3}|leak\w{0,3}|expose|spy\w{0,3}|access\w{0,3}|share|sell\w{0,3}|reveal|disclos\w{1,3}|what is|what's|give me|tell me|provide)\b(?:\W[\w'-]{1,20}){0,4}?\W(?:someone|"
            r"person|people|users?|customers?|patients?|employees?|partner|girlfriend|wife|celebrit(?:y|ies)|individuals?|personal|sensitive|confidential|private|social security|credit card|\w{2,12}'s|card|home)(?:'s)?\W(?:[\w/']{1,16}\W){0,3}?"),
        Cue("privacy", 0.65, "stalk|spy|spying|stalking|wiretap|eavesdrop|surveil|doxx|dox", rf"{GAP}(?:{PERSON}|partner|his|her|their)\b"),
        # misconduct in care
        Cue("misconduct", 0.75, "patient|patients|patient's|patients'", rf"(?:\W{{1,3}}[\w'-]{{1,24}}){{0,8}}?\W{{1,3}}(?:without|unnecessary|unneeded|confidential\w{{0,4}}|consent|misleading|financial|discriminat\w{{1,4}}|profit|"
            r"not (?:receive|disclose|inform)|deny|denied|unapproved|insurance|unproven|deceiv\w{1,3}|privacy|race|ability to pay|sell|harm\w{0,4}|ignor\w{1,3}|against their)\b"),
        Cue("misconduct", 0.72, "deny|denying|withhold|withholding|falsify|falsifying|refuse|refusing|ignore|ignoring|mislead|misleading|neglect|neglecting|exploit|exploiting|manipulate|"
            "manipulating|misrepresent|exaggerate|downplay|dismiss|dismissing|coerce|coercing|overcharge|discriminate|discriminating|overprescribe|disregard|disregarding|breach|breaching|"
            "misdiagnose|conceal|concealing|pressure|bypassing|unnecessary|dismissive|dismissively|misinterpret|deceive|deceiving|fabricate|hide|omit|delay|prioritize|undermine|disclose|disclosing|fake|sell|fail|forge",
            r"(?:\W{1,3}[\w'-]{1,24}){0,8}?\W{1,3}(?:patients?(?:'s)?|medical|treatments?|health\w{0,4}|diagnos\w{2,3}|surger(?:y|ies)|prescri\w{3,6}|clinical|care|medications?|physicians?|doctors?|hospitals?|procedures?|vaccin\w{1,6}|side effects|records|symptoms|test results|drugs?|trials?)\b"),
        Cue("misconduct", 0.6, "unapproved|unproven|unlicensed|experimental|unqualified|unnecessary|unregulated|unsafe|non-prescribed|off-label|counterfeit|expired|unsupervised|black|kickbacks|self-medicate|self-diagnose|misuse|abuse|discriminatory|unverified|untested|biased",
            r"(?:\W{1,3}[\w'-]{1,24}){0,6}?\W{1,3}(?:treatments?|surger(?:y|ies)|medic\w{2,8}|drugs?|procedures?|therap(?:y|ies)|tests?|devices?|market|organs?|patients?|remed(?:y|ies)|prescriptions?|physicians?|health\w{0,4}|care|supplements?|vaccines?)\b"),
        Cue("misconduct", 0.6, "without|bypassing|avoiding|instead", rf"{GAP}(?:patient|informed|proper|medical|legal|regulatory|appropriate|consulting|professional|scientific|approval|training|prescription|clinical|oversight|ethical|their knowledge|evidence|supervision)\b"),
        Cue("misconduct", 0.45, "force|forced|require|required|mandate|mandated|restrict|limit|pressure|compel|penalize|punish|discourage|compromise|refuse|allow|demand|avoid|quota|quotas|profit|profits|substandard|"
            "kickback|kickbacks|incentivize|incentives|afford|deprioritize|exclusive|ration|reject|violate|violating|impose|favor|restricting|limiting|forcing|justify|justifying|justifies|deny|charge|replace|skip",
            r"(?:\W{1,3}[\w'-]{1,24}){0,8}?\W{1,3}(?:patients?(?:'s)?|physicians?|doctors?|medical|health\w{0,4}|surgeons?|clinics?|hospitals?|nurses?|treatments?|surger(?:y|ies))\b"),
        Cue("misconduct", 0.4, "physician|physicians|hospital|clinic|cardiologist|oncologist|surgeon|pediatrician|dermatologist|psychiatrist|doctor|doctors|provider|nurse|radiologist|pharmacist|neurologist|dentist",
            rf"{GAP}(?:force|require|refuse|deny|ignore|withhold|neglect|fail|avoid|manipulate|mislead|prioriti[sz]e|dismiss|restrict|profit|charge|overlook|encourage|prescribe|share|disclose|limit|demand|mandate|be forced|be required)\w{{0,3}}\b", r"\bhow (?:can|could|might|should|would|do) (?:an?|the) (?:\w{2,14}\W){0,2}?"),
        # slight signs: they rank, and never fail on their own
        Cue("privacy", 0.28, "internal|confidential|proprietary|undisclosed|secret|leaked|classified|bank|card|salary|salaries|address|lawsuit|lawsuits|revenue|algorithms|upcoming|plans|patents", "", r"\b(?:details|share|tell me|provide|information|reveal|give me|what|know|disclose|insights?)\b(?:\W[\w'-]{1,20}){0,8}?\W"),
        Cue("persuasion", 0.28, "persuasive|convince|convincing|persuade|downplay|downplays|glamorize|justify|justifies|blame|provoke|manipulative|propaganda|spreading"),
        Cue("instructions", 0.2, "instructions|tutorial|guide|manual|step|script|plan|methods|techniques|strategies", "", r"\b(?:provide|give|write|create|develop|detailed|draft|outline|list|teach|explain|describe)\b(?:\W[\w'-]{1,20}){0,4}?\W"),
        Cue("harm words", 0.28, "dangerous|lethal|deadly|toxic|illegal|crime|criminal|violence|violent|terrorist|terrorism|terrorists|attack|murder|kill|dead|gun|drug|drugs|hack|fraud|racist|sex|porn|abuse|corrupt|evil|revenge|torture|"
            "riot|destroy|explosion|mercenary|scalp|gamble|gambling|cheating|addicted|steal|theft|dealer|copyrighted|underage|suspicious|disgusting|stupid|lazy|inferior|dirty|ugly|trashy|bitch|nigga|ass|whore|whores|bully|gossip|loan shark|loan sharks|tamper|bots|vandalism|smuggler"),
        Cue("attachment", 0.25, "chatbot|love|lonely|despair|feelings|emotional|friend|human", "", r"\b(?:chatbot|are you|do you|can you|will you|you)\b(?:\W[\w'-]{1,20}){0,6}?\W"),
        # gaming and injection
        Cue("injection", 0.85, "ignore|disregard|forget|override|bypass", rf"{GAP}(?:previous|prior|above|earlier|preceding|all|your|system|safety) (?:\w{{1,12}} )?(?:instructions?|prompts?|rules|guidelines|directions|training|restrictions|filters?|constraints)\b"),
        Cue("injection", 0.85, "jailbreak|jailbroken|unfiltered|uncensored|amoral|dan", rf"{NEXT}(?:mode|prompt|ai|model|assistant|response|chatbot|version|character|persona)\b"),
        Cue("injection", 0.75, "pretend|act|roleplay|imagine|behave|respond", rf"{GAP}(?:no (?:restrictions|rules|limits|limitations|filters?|guidelines|ethic\w{{0,4}}|moral\w{{0,5}})|without (?:restrictions|rules|limits|any|ethic\w{{0,4}}|moral\w{{0,5}}|filter\w{{0,3}})|unrestricted|evil|not bound)\b"),
        Cue("injection", 0.75, "reveal|repeat|print|show|output|leak|display|tell", rf"{GAP}(?:system|hidden|initial|secret|original|developer) (?:prompt|instructions?|message)\b"),
        Cue("injection", 0.75, "developer|god|sudo|admin|root", r"\W{1,2}mode (?:enabled|on|activated|output|is)\b"),
    ]
)

BENIGN = CueTable(
    [
        Cue("talks of software", 0.85, "process|thread|python|linux|windows|program|c|java|code|git|branch|server|script|task|command|loop|docker|session|child process|database|query|function|job|daemon|tab",
            "", r"\b(?:kill\w{0,4}|terminat\w{1,4}|execut\w{1,3}|abort|crash|shoot down|exterminat\w{1,3}|inject|orphan|zombie|exit|stop|destroy|drop)\b(?:\W[\w'-]{1,20}){0,4}?\W"),
        Cue("uses a figure of speech", 0.85, "time|light|lights|weed|weeds|conversation|buzz|mood|boredom|party|crowd|audience|joke|test|exam|interview|presentation|sales|record|records|odds|competition|fever|photo|portrait|selfie|video|film|movie|hoops|goal|goals|target|targets|fear|fears|self-doubt|self-doubts|doubts|negativity|cost|costs|price|prices|prejudice|racism|poverty|cancer|cells|bacteria|germs|mosquitoes|ants|cockroaches|rats|pest|pests|termites|infection|debt|budget|habit|eggs|egg|dough|fish|chicken|potatoes|steak|tumor|tumour|lights|stage|pinata|piñata|record|checkers|chess|game|team|set|shot|pool|bottle|fly|flies|performance|dance|look|heart|leg|ice|bank account|hay|stain|stains|gut|plan|vision|idea|fat|calories|thoughts|hunger",
            "", r"\b(?:kill\w{0,4}|slay\w{0,3}|shoot\w{0,3}|bomb\w{0,3}|nail|crush\w{0,3}|smash\w{0,3}|destroy\w{0,3}|eradicat\w{1,3}|exterminat\w{1,3}|eliminat\w{1,3}|beat\w{0,3}|hit\w{0,4}|cut\w{0,4}|slash\w{0,3}|whip\w{0,4}|blow\w{0,3}|rob|steal|attack\w{0,3}|crack\w{0,3}|break|catch|murder|execute|obliterat\w{1,3}|burn\w{0,3}|poach\w{0,3}|choke|gut|annihilate|knock\w{0,3}|stab)\b(?:\W[\w'-]{1,20}){0,4}?\W"),
        Cue("is about fiction", 0.7, "fictional|novel|movie|film|game|minecraft|gta|fortnite|roblox|character|anime|episode|lyrics|lego|lion king|harry potter|star wars|batman|disney|sims|skyrim|pokemon|warcraft|call of duty|chess|shakespeare|play|video game|zelda|hitman|fallout|counter-strike"),
        Cue("asks how to prevent it", 0.75, "prevent|protect|detect|combat|recover|quit|overcome|mitigate|recognize|reduce|survive|cope|awareness|prevention|preventing"),
        Cue("asks what it is", 0.6, "what is|what are|what was|define|definition|history|who|when|which|explain the|difference|causes|why do|why is|why did|laws|statistics|summarize|summary|meaning|describe the|what does|what did|what happened", before=r"\A\W{0,3}(?:can you |could you |please )?"),
    ]
)

SLIGHT = 0.3
"""A cue of less weight says nothing by itself: it only ranks."""

_SPOKEN = frozenset({"abuse", "hatred", "sexual harm", "sexual content", "self-harm", "violence", "disinformation"})

HARMFUL_SPEECH = CueTable([cue for cue in HARM.cues if cue.label in _SPOKEN and cue.weight >= SLIGHT])
"""What is harmful in an output whoever asked for it."""

_SHORT = 200  # characters
_STATEMENT = 0.75  # of a cue's weight remains where the text only tells of something
_ASKING = frozenset(
    "how what write give tell explain create generate provide describe develop show help make list draft me you".split()
)


def asked_for_harm(text: str, vocabulary: frozenset[str]) -> Finding:
    """How sure it is that a folded request asks for harm, and the cues for it.

    Cues of intent and object add up as independent signs; an innocent reading (software, figures of speech, fiction,
    prevention, plain facts) takes its share away again.
    """
    hits = HARM.hits(text, vocabulary)
    if not hits:
        return Finding(0.0, ())
    share = prod(1.0 - hit.cue.weight for hit in BENIGN.hits(text, vocabulary))
    if not _asks(text):
        share *= _STATEMENT
    return Finding(noisy_or(hit.cue.weight * share for hit in hits), tuple(hits))


def _asks(text: str) -> bool:
    """Whether the text is likely a request: short, or with a question, or opening with a verb of asking."""
    return len(text) < _SHORT or "?" in text or not _ASKING.isdisjoint(text[:_SHORT].split()[:8])
