"""Word lists that flags and the offline judge share: function words, common words, work words."""

from __future__ import annotations

from mockinterview.text import stem

#: The words that hold sentences together, by language.
FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the a an and or but if then than so because as of at by for with about into to from up in "
        "out on off over under again once here there when where why how all any both each few more "
        "most other some such no nor not only own same too very can will just should now i me my "
        "we our ours us you your he him his she her it its they them their what which who "
        "whom this "
        "that these those am is are was were be been being have has had having do does did doing "
        "would could might must may until while during before after above below between through "
        "also it's i'm i'd i've i'll don't didn't isn't wasn't that's there's we're we'd "
        "we've can't "
        "couldn't won't wouldn't you're they're he's she's let's what's never always still yes one "
        "like get got go went um uh yeah okay ok well every many much two first".split()
    ),
    "de": frozenset(
        "der die das den dem des ein eine einen einem einer und oder aber wenn weil dass "
        "als wie wir "
        "ich du er sie es ihr mich mir uns ist sind war waren wird werden wurde haben habe "
        "hat hatte "
        "nicht kein keine auch nur noch schon mit von zu zum zur im am auf aus bei nach vor über "
        "unter für durch gegen ohne um bis so dann da sich mein meine unser unsere damit dadurch "
        "man jede jeder sehr mehr diese dieser".split()
    ),
    "es": frozenset(
        "el la los las un una unos unas y o pero si porque que como cuando donde de del a "
        "al en con "
        "por para sin sobre entre hasta desde yo tú él ella nosotros me te se nos lo le les mi su "
        "sus nuestro nuestra es son era fue eran ser estar está había hay muy más no ya también "
        "este esta esto ese eso cada todo todos así después luego dos".split()
    ),
    "fr": frozenset(
        "le la les un une des du de et ou mais si parce que qui quoi quand où comment avec "
        "pour par "
        "sans sur sous dans en au aux entre je tu il elle nous vous ils elles on me te se "
        "mon ma mes "
        "notre nos leur leurs son sa ses est sont était étaient être avoir avait ai ont a "
        "été ne pas "
        "plus très aussi ce cette ces cet chaque tout tous puis donc alors j'ai c'est d'un d'une "
        "qu'il n'est y".split()
    ),
    "it": frozenset(
        "il lo la i gli le un uno una di del della dei delle da dal in nel nella con su "
        "per tra fra "
        "e o ma se perché che chi come quando dove io tu lui lei noi voi loro mi ti si ci mio mia "
        "nostro nostra è sono era erano essere avere ho ha abbiamo hanno avevo non più anche molto "
        "questo questa ogni tutto tutti poi così dopo prima".split()
    ),
    "pt": frozenset(
        "o a os as um uma uns umas de do da dos das em no na nos nas com por para sem "
        "sobre entre e "
        "ou mas se porque que quem como quando onde eu tu ele ela nós eles me te nos meu minha "
        "nosso nossa é são era foi eram ser estar está tinha havia não mais muito também já isso "
        "este esta cada todo todos depois então ao à".split()
    ),
    "nl": frozenset(
        "de het een en of maar als omdat dat die wat wie hoe waar wanneer ik jij hij zij "
        "wij we ze je "
        "mij ons mijn onze is zijn was waren werd worden heb heeft hebben had niet geen ook nog al "
        "met van voor naar uit bij om te op aan door over onder tot dan toen er zich deze dit elke "
        "heel meer".split()
    ),
    "sv": frozenset(
        "och att det som en ett den är var på för av med till har hade inte jag vi du han "
        "hon de om "
        "men så när då från eller kan ska skulle min mitt vår vårt sig mycket också efter".split()
    ),
    "pl": frozenset(
        "i w na z do że się nie to jest był była było ja my oni ale jak za po od przez dla przed "
        "oraz aby żeby kiedy tak co który która które mój nasz bardzo już też".split()
    ),
    "tr": frozenset(
        "ve bir bu da de için ile çok ama daha gibi olan olarak sonra önce kadar her ben biz bana "
        "bizim benim ne o en mi değil var yok".split()
    ),
    "id": frozenset(
        "yang dan di ke dari untuk dengan saya kami kita tidak ini itu pada adalah akan sudah juga "
        "karena atau oleh dalam bisa lebih agar ada mereka".split()
    ),
    "ro": frozenset(
        "și în la cu de pe pentru că am a fost este nu un o din care să mai eu noi era dar "
        "după prin "
        "ca sau foarte".split()
    ),
}
ANY_FUNCTION = frozenset(word for group in FUNCTION_WORDS.values() for word in group)

_COMMON = """
able about accept actually add again against ago agree all almost alone along already also
although always among answer any anybody anyone anything anyway area around ask asked away back
bad basically be because become been before begin being believe best better big bit book both
break bring brought build built busy but buy call came can care carry case cause change check
choose clear clearly close come common complete consider could couple course create day days deal
decide decided definitely depend describe detail different difficult do does doing done down each
early easily easy either else end enough especially even ever every everybody everyone everything
exactly example expect explain fact far fast feel felt few find fine finish finished first follow
for found free friend from full further gave general get getting give given go goes going gone
good got great had half hand handle happen happened hard have having he hear heard help her here
high him his hold honest honestly hope hour how however idea important in inside instead
interesting into is issue it its itself job just keep kept kind knew know known large last late
later least leave led left less let like likely little live long look looked looking lose lost lot
low made main mainly make makes making many matter maybe me mean means meet mind minute moment
month more morning most mostly move much must my myself name near necessary need needed never new
next nice night no nobody none normal normally not note nothing now number of off often oh okay
old on once one only open or order other others our out over own part past people perfect perhaps
person place plan play please point possible prefer probably problem properly put question quick
quickly quite rather read ready real really reason remember rest right run said same saw say says
second see seem seen send sent set several shall she short should show showed side simple simply
since single small so some somebody someone something sometimes soon sort speak special start
started state stay step still stop story straight strong stuff such suddenly sure take taken talk
tell than thank that the their them themselves then there therefore these they thing things think
this those though thought three through time times to today together told tomorrow too took top
total toward tried true try trying turn turned two type under understand understood until up upon
us use used useful user usually various very wait walk want wanted was watch way ways we week
weeks well went were what whatever when where whether which while who whole why will wish with
within without word work worked working works world would write wrong wrote yeah year years yes
yesterday yet you young your bug um uh ah er hmm ok cool maybe guess sorry kinda gonna wanna
"""
_WORK = """
account admin agile alert analysis analyst api app application approach architecture assignment
audit backlog backup batch board boss branch budget build business campaign candidate career chart
client cloud code colleague commit communicate communication company compliance conference config
conflict consultant contract contractor coworker cost criteria customer dashboard data database
deadline debug decision deliver delivery department deploy deployment design designer desk develop
developer development director document documentation domain draft email employee employer
endpoint engineer engineering error escalate estimate experience experiment export feature
feedback field file finance fix form framework freelance frontend goal graph hire hospital
implement improve improvement incident industry infrastructure integration internship interview
invoice junior kpi latency launch law lead leader leadership learn lesson library log maintain
manage management manager market marketing meeting mentor method metric migrate migration
milestone mistake model monitor negotiate network office onboard operation operations optimize
organisation organization outage partner performance pilot pipeline platform policy presentation
priority process product production program project proposal prototype qa quality query record
recruiter refactor regression release report request requirement research responsibility
responsible retrospective review risk roadmap role roll sales scale schedule schema script
security senior server service shift skill software solution spec spreadsheet sprint staff
stakeholder standup strategy student supplier support system table task team tech technical
technology test ticket tool training transaction vendor version warehouse website workflow
workshop traffic node cluster balancer backend server machine memory cache index thread cpu disk
request response packet protocol algorithm function variable class object table column row array
string loop graph dataset feature training cluster token encryption firewall proxy container
docker kubernetes git merge commit deployment interface hypothesis statistic spreadsheet ledger
inventory supplier shipment compiler kernel runtime concurrency supervisor patient nurse ward
intern agency classroom teacher school university thesis professor chef foreman pupil student guest
passenger client receipt invoice machine pallet truck driver parcel lesson rehearsal rota clinic
farm buyer promotion harvest tractor workshop repair spreadsheet course exam handover volunteer
charity insurance dishwasher gig sell sold assistant trainee profession salary employer
"""
_EVERYDAY = """
amusement rollercoaster candyfloss cousin sightseeing
weather rain rainy sunny sun snow wind breeze cloud storm umbrella jacket beach sea coast lake
mountain river forest garden flower tree bird dog cat puppy kitten pet horse fish pasta pizza
spaghetti sauce tomato garlic basil onion salt pepper sugar butter cheese bread cake cookie
chocolate recipe cook boil bake fry oven kitchen dinner lunch breakfast meal eat food delicious
tasty coffee tea beer wine drink football soccer basketball tennis goal striker stadium league
match player championship olympic movie film actor song sing music guitar piano concert band
album novel poem dance holiday vacation travel trip hotel flight tourist birthday wedding party
christmas grandmother grandma grandfather mother father mom dad sister brother aunt uncle baby
husband wife girlfriend boyfriend zodiac horoscope car bicycle moon planet galaxy dinosaur king
queen castle dragon unicorn summer winter spring autumn yoga gym marathon swim hike camping
fishing knitting painting shopping fashion dress shoe makeup hair swam surf surfing sardine grill
grilled sang stroll sand wave sunset sunshine photo museum camera vegetables soup rice chicken
beef spice noodle fridge plate bowl spoon politics president election church war tv television
netflix tiktok instagram videogame dolphin island boat hostel skiing wrist village stamp muddy
fur vacuum paw blanket balcony leaf pancake flour egg vanilla dough sourdough crust sunlight pub
celtics lakers rebound referee thief wizard legion emperor revolution monarchy chlorophyll oxygen
whale krill mammal octopus frog stork pigeon darling moonlight crow candle silent rose violet
mattress sleeper warranty boot scarf firefighter joke riddle bedroom curtain pineapple daughter
fox oak drumstick neighbour neighbor leo mercury retrograde berry goat legend cigarette smoke
carrot mirror stairs toe bathroom tile sword dream goatherd louvre tower sailing beard weekend
cup toy episode thumb wonderful playground parrot aquarium hamster rabbit puzzle poker chess
karaoke fireworks picnic barbecue souvenir suntan snorkel diving campfire sofa lockdown
juggle lamb easter cute locksmith
"""
COMMON_STEMS = frozenset(stem(word) for word in _COMMON.split()) | frozenset(
    stem(word) for word in ANY_FUNCTION
)
#: Words that people use when they speak of their work, whatever it is.
WORK_STEMS = frozenset(stem(word) for word in _WORK.split())
#: Work words that are heard at home as well.
AMBIGUOUS_STEMS = frozenset(
    stem(word)
    for word in (
        "learn table test fix form array company row string class object record release goal cloud "
        "library memory train training office market network"
    ).split()
)
#: Words of leisure and home: several of them and no word of work is talk about something else.
EVERYDAY_STEMS = frozenset(stem(word) for word in _EVERYDAY.split())
#: Real words and names without a vowel.
CONSONANT_WORDS = frozenset(
    "https http html xhtml css scss jwt jwts mtls ssl tls mqtt grpc tcp mysql pdf pdfs "
    "sql nosql hdfs "
    "ldap rhythm rhythms nth hmm hmmm shh pwd ssh sftp ftps rfc rfcs cdn cdns vpn vpns lstm lstms "
    "gdpr gpg dns dhcp kpis wcag hrms crm crms xml svg png mvp mvps bfs dfs svms svm vlans vlan "
    "mpls bgp ospf snmp smtp kvm wpf ngrx rxjs mlflow xgboost hplc gcms ffmpeg tsql "
    "npm pnpm".split()
)
