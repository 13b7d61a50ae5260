"""Patterns of speech the offline judge listens for. None belongs to a trade or a role."""

from __future__ import annotations

import re


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


PAST = (
    r"\w+ed|was|were|had|did|made|built|wrote|took|sat|went|told|found|put|set|cut|ran|"
    r"led|got|gave|"
    r"kept|held|began|drew|chose|brought|spoke|met|taught|learned|learnt|bought|sent|read|showed|"
    r"said|saw|let|split|spent|left|came|won|sold|dealt|drove|grew|heard|knew|lost|paid|rebuilt|"
    r"rewrote|dropped|hid|shut|stuck|stood|thought|threw|understood|broke|caught|fell|felt"
)
_ADVERB = (
    r"(?:(?:also|then|first|just|always|only|really|finally|quickly|even|basically|"
    r"simply|now|personally|actually)\s+|,?\s*(?:um|uh),?\s*)*"
)
I_ACTED = _any(
    rf"i\s+{_ADVERB}(?!was|were|had|did|got|felt|thought|knew|learned|learnt|liked|"
    rf"wanted|needed|used to)(?:{PAST})|so i|i'd (?:first |already )?(?:{PAST})|i (?:did|"
    rf"made|got) (?:a|an|the|it|two|three|them)|i,? i \w+ed"
)
I_DO = _any(
    r"i(?:'d| would|'ll| will)?\s+(?:\w+ly\s+|also\s+|never\s+|first\s+|always\s+|then\s+)*"
    r"(?!am|was|were|have|had|do|did|don|didn|haven|would|will|can|can't|could|couldn|"
    r"may|might|must|should|"
    r"think|thought|guess|believe|mean|know|knew|suppose|like|love|hate|enjoy|feel|felt|want|"
    r"hope|wish|prefer|need|see|say|get|got|never|really|just|so|honestly|i)(?:\w{2,}(?<!ed))"
)
#: A story told in the present tense, as many non-native speakers do, is a story all the same.
I_TELL = _any(
    r"i\s+(?:then\s+|also\s+|first\s+|only\s+|just\s+)*(?:ask|listen|make|show|go|write|"
    r"propose|collect|fix|explain|call|take|"
    r"tell|build|check|find|try|talk|speak|give|send|start|begin|bring|change|prepare|decide|split|"
    r"measure|compare|test|create|read|help|offer|suggest|agree|meet|move|put|add|plan|invite)"
)
#: What a key point says about the answer and not about the matter.
POINT_VERBS = (
    "describe describes state states say says name names show shows explain explains mention "
    "mentions give gives use uses take takes took make makes fairly concretely concrete specific "
    "clear clearly own ideally example including such good answer candidate real kind tell tells "
    "identify identifies know knows deal deals handle handles plan plans cover covers"
)
WE_ACTED = _any(rf"we\s+{_ADVERB}(?!were|had)(?:{PAST})")
BARE_ACTED = re.compile(
    r"^(?:then |so |next |after that,? |first,? )?(?:\w{4,}ed|built|wrote|took|ran|cut|"
    r"split|made|drew|rebuilt|shipped)\b",
    re.IGNORECASE,
)
PLACE_TIME = _any(
    r"last (?:\w+ )?(?:year|month|week|spring|summer|autumn|fall|winter|job|role|"
    r"company|project|quarter|employer|tuesday)|(?:at|in|for) (?:a|my|our|the|"
    r"one) (?:\w+[ -]){0,3}(?:company|job|role|team|project|firm|bank|startup|agency|"
    r"shop|hospital|employer|studio|office|department|position|university|internship|"
    r"client)|(?:years?|months?|weeks?) ago|in 20\d\d|when i (?:was|worked|joined)|"
    r"one (?:day|time|evening|morning|night|tuesday|monday|friday)|once|my (?:previous|"
    r"last|first|second|current|old) (?:\w+ )?(?:company|job|role|team|employer|project)"
)
TROUBLE = _any(
    r"problems?|issues?|kept \w+ing|complain\w*|fail(?:ed|ing|ure|ures)|slow|broke|"
    r"broken|wanted|demanded|insisted|refused|disagreed|conflict\w*|contradict\w*|"
    r"behind schedule|missing|stuck|blocked|blame\w*|angry|annoyed|crash\w*|down|"
    r"errors?|outage|duplicat\w*|wrong|complicated|depended|risk|urgent|threaten\w*|"
    r"late|no one|nobody|couldn't|didn't (?:match|work|agree|know)|losing|lost|leaving|"
    r"escalat\w*|promised?|pressure|deadline|struggl\w*"
)
TASK = _any(
    r"(?:i|we) (?:was|were|am|'m) (?:\w+ )?(?:responsible|in charge|asked|assigned|"
    r"tasked|on call|on-call|the (?:\w+ ){0,3}(?:lead|owner|developer|dev|engineer|"
    r"maintainer|responder|manager|one|architect|designer|analyst|nurse|only \w+)|"
    r"running|leading|owner|on support|told to|supposed|expected)|my (?:job|task|role|"
    r"goal|part|responsibility|aim|assignment|brief|mission) (?:was|is|were)|i owned|"
    r"i had to|we had to|i needed to|we needed to|i led|the (?:goal|task|aim|target|"
    r"brief|challenge) was|as (?:the )?(?:owner|lead|project manager|tech lead|"
    r"team lead)|it was (?:my|up to me)|i took (?:over|ownership|charge|on)|"
    r"the only (?:\w+ ){0,2}(?:dev|developer|engineer|analyst|designer|person)|on (?:my|"
    r"the) (?:shoulders|plate)|i wanted (?:us|to|that)"
)
#: Duty said outright outweighs the place of a sentence in the story.
DUTY = _any(
    r"my (?:task|job|goal|responsibility|assignment|mission) (?:was|is) to|"
    r"i was (?:responsible for|in charge of|tasked with|asked to|expected to|supposed to)"
)
RESULT = _any(
    r"as a result|in the end|at the end|the result|result(?:ed|s)? (?:was|were|in)|"
    r"outcome|since then|ever since|(?:fell|dropped|went|rose|grew|improved|climbed|"
    r"came) (?:\w+ ){0,3}(?:from|to|by|down|up|under|below)|went down|"
    r"cut \w+ (?:\w+ )?(?:by|to|from|in half)|reduced|saved|shipped|went live|launched|"
    r"signed|approved|recovered|delivered|on time|still (?:in use|use|uses|used|running|"
    r"there|works?)|happy|satisfied|pleased|today|(?:is|are|was|were) now|now (?:we|"
    r"they|the|most|it|all|runs?|takes?)|down (?:to|from|by|two|\d)|up (?:to|from|by)|"
    r"no longer|hasn't|haven't|it worked|worked (?:out|well|fine)|passed|"
    r"brought \w+ (?:\w+ )?(?:down|from)|adopted|became|stopped|ended (?:up )?(?:at|"
    r"with)|turned out|resolved|solved|within \w+ (?:days|hours|minutes|weeks)|renewed|"
    r"thanked|never (?:again|came back|happened)|paid off|finally|eventually|"
    r"after (?:this|one|two|three|a|six|that) (?:month|week|year|quarter)s?|zero|improved|"
    r"increased|decreased|doubled|halved|fewer|live"
)
REFLECT = _any(
    r"i(?:'ve|'d)? (?:\w+ )?(?:learned|learnt|learn (?:that|to|from|one|two)|realis\w+|"
    r"realiz\w+|took away|regret\w*|"
    r"understood then)|lessons?|taught me|next time|(?:i|we) should(?:'ve| have)|(?:i|"
    r"we)(?:'d| would)(?: have)? (?:do|done|start|started|bring|ask|asked|involve|"
    r"involved|say|said|test|tested|measure|call|called|"
    r"talk) \w*\s?(?:\w+ ){0,4}(?:differently|earlier|sooner|first|before|again|instead|"
    r"now|at the start|from the start)|differently|looking back|in hindsight|"
    r"in retrospect|my (?:big |biggest |own |first )?mistake|i (?:got|"
    r"did) (?:\w+ ){0,3}wrong|i was wrong|i (?:underestimat|overestimat|misjudg|"
    r"misread)\w*|since then i|now i (?:always|never|start|ask|first|make|write|check)|"
    r"i(?:'d| had) (?:lost|wasted)|what i (?:learned|learnt|take|took)|sooner|"
    r"i admit\w*|from then on|on day one|i missed|i (?:failed|forgot)|ever since,? i"
)
REASON = _any(
    r"because|so that|since (?!then|the|last|20)|which means|that way|otherwise|"
    r"therefore|the reason|in order to|that's why|due to|so (?:a|the|it|we|they|i|you|"
    r"nobody|no|if|client\w*|users?|one) \w+|as (?:it|they|we|that|this) |if (?:i|we|it|"
    r"the|they|one|you|an|a|two|not|he|she)|unless|until|when (?:a|the|it|they|somebody)"
)
TRADE = _any(
    r"trade-?offs?|downside|drawbacks?|the (?:price|cost|catch|weak point|risk|"
    r"trap) (?:is|was)|in exchange|at the cost|give up|gave up|giving up|"
    r"instead(?: of)?|rather than|over (?!all|time|the|\w+ing)|versus|compared (?:to|"
    r"with)|alternatives?|options?|depends? on|only (?:if|when|for)|except|exception|"
    r"simpler but|but (?:the|it|then|not|only|a|for|in|you|that|no)|the price|not worth|"
    r"i (?:chose|picked|choose|prefer|prefer\w*)|weigh\w*|pros and cons|"
    r"on the other hand|whereas|cheaper|costs? (?:me|us|you|one|ten|two)|acceptable|"
    r"overkill|not (?:just|only|the)|one (?:trap|catch|pitfall)|edge case"
)
PEOPLE = _any(
    r"asked|listen\w*|told|talked|spoke|call(?:ed)? (?:her|him|them|with)|"
    r"sat (?:down )?with|met|meeting|explained|showed|agreed|one-to-one|conversation|"
    r"customers?|stakeholders?|(?:product|business|support|sales|legal|billing|"
    r"finance) \w+|colleagues?|team|manager|analysts?|users?|invited|booked|workshop|"
    r"email\w*|feedback|interview\w*|together|lead|client|partner|him|her|them|people|"
    r"mentor\w*"
)
EVIDENCE_WORDS = _any(
    r"measured?|counted|profil\w+|logs?|metrics?|data|numbers?|benchmark\w*|test(?:ed|"
    r"s)?|pilot\w*|prototype\w*|demo\w*|experiment\w*|mock\w*|sampled?|chart|compared|"
    r"collected|examples?|estimated?|trial|survey\w*|analy[sz]ed|recorded|checked|"
    r"traced?|looked (?:at|in)|p95|p99|percent|spike"
)
PREVENT = _any(
    r"alert\w*|prevent\w*|monitor\w*|added an?|post-?mortem|review|checklist|test that|"
    r"so it (?:can't|won't|doesn't)|regression|automated|from then on|rule|process|"
    r"never again|guard\w*|limit\w*|dashboard|runbook|documented"
)
EXPERIENCE = _any(
    r"(?:at|in|on|for) (?:a|an|my|our|one|the) (?:\w+[ -]){0,4}(?:company|job|project|"
    r"team|service|api|office|app|client|platform|store|employer)|(?:i|we) (?:did|built|"
    r"used|worked|had|kept|ran|introduced|wrote|made|hit|saw|set|moved|found|cut|"
    r"migrated|got)|did this|my last|our (?:last|own|biggest|previous|customers?|"
    r"clients?|users?|team)|cost me|had this|in our (?:company|project|case)|once|"
    r"last (?:year|month|week)|in my (?:experience|last|current|previous)"
)
CLOSED = _any(
    r"(?:don't|didn't|doesn't|do not|isn't|not) (?:really )?(?:need(?:ed)?|care|"
    r"necessary|bother|matter)(?! (?:to know|every))|not (?:my|our) (?:problem|job|"
    r"fault|responsibility)|their problem|waste of|just (?:make|do|code|tell|return|let|"
    r"go)|simply (?:take|use|wait)|nobody (?:needs|ever|has|reads|cares?|can)|"
    r"no one (?:needs|ever|cares?)|of course|obviously|anyway|always (?:the )?(?:best|"
    r"works|right)|absolutely (?:no|nothing|not)|completely safe|100 ?% safe|"
    r"can't go wrong|no problem with|never had (?:a|any) problem\w*|never (?:a|"
    r"any) problem|is enough|it's (?:only|just|not my)|impossible|state of the art|"
    r"state-of-the-art|world-?class|cutting[- ]edge|best practices?|synerg\w+|"
    r"passion\w*|hundred ?percent|whatever|without (?:any )?(?:testing|tests|asking|ask)"
)
GENERAL = _any(
    r"it(?:'s| is) (?:very |really |always |also )*(?:important|essential|crucial|key|"
    r"vital|necessary)|(?:is|are) (?:very |really )?(?:important|essential|crucial)|"
    r"is (?:the )?key|in general|generally|usually|normally|typically|always|everyone|"
    r"everybody|in my opinion|i think that|i believe|i'm (?:a|an|very|someone|"
    r"always) \w+|i am (?:a|an|very) \w+|one (?:should|must|has to)|you (?:should|must|"
    r"have to|never)|people are|there are (?:no|many|several|different)|should be|"
    r"can be (?:used|implemented)|motivated|team player|professional|various|"
    r"many (?:things|aspects)|and so on|etc|some (?:things|improvements|tools)|"
    r"everything|modern|several (?:levels|aspects|meetings)|different (?:possibilities|"
    r"things|ways)|stands for|is defined|consists? of"
)
HYPOTHETICAL = _any(
    r"i would|i'd|would have|if i (?:had|were|was)|hypothetically|i'll|i will|could|i might"
)
UNSURE = _any(
    r"i don't know|i've never (?:built|done|used|had)|i have never|i'm not sure|"
    r"not sure|i'd look (?:that|it) up|no experience|honestly, no|i haven't|"
    r"thinking out loud|i suppose|i guess"
)
NEGATION = _any(
    r"not|n't|never|no|without|don't|doesn't|didn't|isn't|won't|can't|nothing|nobody|"
    r"neither|nor|cannot|avoid"
)
META = re.compile(
    r"^(?:(?:um|uh|yeah|yes|so|okay|ok|oh|sure|well|right|no|honestly|"
    r"definitely)[\s,.!]*)+(?:(?:that's|i've got|the one|let me|good question|"
    r"i have)[^.]{0,90})?[.!?]?$",
    re.IGNORECASE,
)
NAME = re.compile(
    r"(?<![.!?]\s)(?<!^)(?<!\n)\b(?!I\b|I')(?:[A-Z][a-z]+(?:[A-Z]\w*)?|[A-Z]{2,}\w*|"
    r"\w+[a-z][A-Z]\w*|\w+_\w+|[a-z]+\d+)\b"
)

#: Words near enough in meaning to count for each other; each line is one family.
FAMILIES = """
measure metric number figure data count percent statistic kpi quantify benchmark
customer client user consumer partner buyer stakeholder
error failure bug fault defect problem issue incident exception
fast quick speed slow latency performance delay second millisecond
test verify check validate prove confirm assert
team colleague coworker people peer member
manager boss lead director supervisor
change modify adapt adjust alter update edit
reduce lower drop fall cut decrease shrink less fewer halve
increase grow rise raise gain more improve boost better
learn lesson realise reflect understand study read
monitor alert dashboard observe log trace track metric watch
protect secure safe security guard defend
secret password key credential token
document doc guide wiki manual readme spec write
plan design model draft sketch architecture
parallel concurrent simultaneous async together concurrently same
limit cap throttle quota restrict maximum threshold
store save persist keep database record row table cache
remove delete drop discard retire sunset deprecate
announce notify tell inform email communicate notice message
choose pick select decide prefer decision
option alternative choice variant
explain describe clarify show present demonstrate
ask question interview listen inquire
agree consensus align compromise accept
example instance case sample sketch
cost price budget expense money cheap expensive
deadline timeout date due expiry expire lifetime ttl
repeat retry again duplicate twice resend replay
unique distinct identifier id uuid guid key number
role access permission right authorisation authorization tenant owner ownership
identity login authentication authenticate oauth oidc
encrypt encryption tls https ssl hash
input payload body field parameter schema
split divide separate isolate isolation segment pool
merge combine join aggregate
old legacy previous former existing
copy duplicate clone replicate
deploy release ship rollout launch live
automate script pipeline tool
risk threat danger attack abuse
recover restore rollback revert fallback
required essential mandatory vital necessary critical
optional extra partial missing incomplete
order sort sequence rank priority prioritise prioritize
train teach coach mentor explain
hire recruit candidate
goal objective target aim purpose
balance trade-off tradeoff compromise weigh
cause root reason why
background job queue worker schedule async prefetch
atomic lock constraint transaction concurrent race
stateless state session
"""
#: Kinds of key points are told by their own words: what each asks for, and what shows it.
POINT_KINDS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        _any(
            r"outcome|results?|measur\w+|impact achieved|time to recover|effect|adoption|"
            r"improvement"
        ),
        ("result",),
    ),
    (
        _any(
            r"lessons?|reflect\w*|learned|learnt|differently|self-reflection|revisit|limits|"
            r"takeaway"
        ),
        ("reflect",),
    ),
    (
        _any(
            r"own(?:ed)? (?:role|part|contribution)|ownership|personal(?:ly)? (?:role|"
            r"contribution|responsib\w+)|role in"
        ),
        ("own",),
    ),
    (
        _any(
            r"situation|context|conflict|disagreement|dispute|crisis|problem|symptom|background|"
            r"need|needs|challenge|"
            r"pressure|setting|scenario|starting level"
        ),
        ("scene",),
    ),
    (
        _any(
            r"stakeholders?|listen\w*|asked|questions|concerns?|objections?|teammates?|others|"
            r"inform\w*|communicat\w*|involved|person|feedback|shared|empath\w*|people"
        ),
        ("people",),
    ),
    (
        _any(
            r"evidence|data|measured|estimated|logs|pilot|prototype|examples?|systematic\w*|"
            r"investigat\w*|analy[sz]\w*|facts"
        ),
        ("evidence",),
    ),
    (
        _any(
            r"trade-?offs?|alternatives?|options?|compar\w+|rejected|given up|gave up|justif\w+|"
            r"reasons?|why|weigh\w*"
        ),
        ("trade",),
    ),
    (_any(r"prevent\w*|follow(?:s|ed)? up|monitoring added"), ("prevent",)),
    (_any(r"actions?|steps?|concrete|decisions?|way of|applied|contains?|handled|took"), ("act",)),
    (_any(r"(?:own |personal )?(?:experience|example)|real (?:case|project)"), ("experience",)),
)
