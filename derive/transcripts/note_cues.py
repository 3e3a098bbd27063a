"""The cues by which a note is told from a model's words, each with a weight.

Positive cues speak of the model in the third person, judge its work, or tell how it was
prompted; negative cues are the model's own voice. Patterns are searched in a paragraph whose
quotations and formulas have been taken out.
"""

from __future__ import annotations

import re

_NAMES = r"(?:deep\s?seek|chat\s?gpt|claude|qwen|kimi|copilot|perplexity|grok)"
_MAYBE_NAMES = r"(?:gpt[- ]?(?:[345]\w*|oss)|gemini|llama|mistral|o[134](?:-mini)?|LLMs?)"
_IT = rf"(?:it|the (?:model|ai|llm|bot|chatbot|assistant)|{_NAMES}|{_MAYBE_NAMES})"
_ADVERB = (
    r"(?:also|then|again|still|even|now|just|never|always|once again|at first|first|in the end|clearly"
    r"|\w{3,}ly)"
)
# What one does with a question, and mathematics does not do.
_DOES = (
    r"(?:re-?states?|re-?writes?|re-?wrote|conclud(?:es|ed)|reali[sz](?:es|ed)|recogni[sz](?:es|ed)"
    r"|notic(?:es|ed)"
    r"|catch(?:es)?|caught|hesitat\w+|struggl\w+|doubt\w*|double[- ]check\w*|backtrack\w*|hallucinat\w+"
    r"|nail\w*"
    r"|(?:is|was|were|be|been|being) (?:un)?able to|points? out|pointed out|mention(?:s|ed)|admit\w*"
    r"|apologi[sz]\w+"
    r"|acknowledg\w+|refus\w+|forg[eo]t\w*|mis(?:read|interpret|under)\w*|tr(?:ies|ied) to|attempt(?:s|ed)"
    r"|fail(?:s|ed)?(?: to)?|manag(?:es|ed)|repeat(?:s|ed)|c[ao]mes? (?:up with|back)|arriv(?:es|ed)"
    r"|g[eo]ts? (?:it|stuck|bogged|confused|lost|right|wrong|there|an?|the (?:right|correct|answer|sign|name"
    r"|idea))"
    r"|got|one-?shots?|thinks?|thought|knows?|knew|believes?|decid(?:es|ed) (?:to|that|on|against)"
    r"|guess(?:es|ed)"
    r"|self-correct\w*|loves? to|likes? to|prefers?|preferred|(?:keeps?|kept|starts?|started|stops?"
    r"|stopped) \w+ing"
    r"|ran into|runs into|did(?:n't| not)|does(?:n't| not) (?:explicitly|seem|even|mention|explain|notice"
    r"|consider|say"
    r"|reali[sz]e|justify)|solv(?:es|ed)|answer(?:s|ed)|explain(?:s|ed)|claim(?:s|ed)|identif(?:ies|ied)"
    r"|assum(?:es|ed)|hints?|settl(?:es|ed) (?:for|on)|confus(?:es|ed)|mix(?:es|ed) up|brings? up|brought up"
    r"|skip(?:s|ped)|overlook(?:s|ed)|considers|considered|jump(?:s|ed)|picks|picked|changed|talks? itself"
    r"|produced|spen(?:ds|t)|wast(?:es|ed)|handl(?:es|ed)|(?:does|did|do) a (?:\w+ )*job"
    r"|ha[sd] (?:\w+ )?trouble"
    r"|checks|checked|says|said|wr[io]tes?|seems? to (?:be|have|think|get|know|want|understand|struggle"
    r"|confuse))"
)
# Verbs without a subject at the head of a note: "Notices the extra term."
_OPENERS = (
    r"(?:Repeats|Notices|Identifies|Captures|Restates|Recogni[sz]es|Gets(?! us\b)|Seems|Reali[sz]es|Arrives"
    r"|Concludes|Finds|Considers|Tries|Attempts|Struggles|Hesitates|Double[- ]checks|Misses|Fails|Forgets"
    r"|Begins"
    r"|Derives|Computes|Verifies|Explains|Goes|Jumps|Solves|Answers|Applies|Rewrites|Reformulates|Converts"
    r"|Leverages"
    r"|Catches|Corrects|Acknowledges|Doubts|Keeps|Ends up|Comes up|Circles|Loops|Sets up|Spends|Manages"
    r"|Wastes"
    r"|Knows|Thinks|Claims|Mentions|Points out|Ignores|Handles|Works out|Picks up|Chooses|Makes(?! sense\b)"
    r"|Overthinks|Questions|Skips|Drops|Confuses|Mixes up|Reads|Hallucinat(?:es|ed)|Took|Takes (?:a|the|\d)"
    r"|Does (?:a|not))"
)
_JUDGED = (
    r"(?:Correctly|Incorrectly|Wrongly|Rightly|Accurately|Perfectly|Successfully|Immediately|Quickly|Nicely"
    r"|Impressively|Mistakenly|Again|Still|Finally|Eventually|Briefly|Repeatedly|Cleverly|Strangely"
    r"|Surprisingly)"
)
_WORK = (
    r"(?:answer|solution|output|response|explanation|derivation|reasoning|thinking|conclusion|reply|attempt"
    r"|result"
    r"|approach|formatting|step|part|table|proof|argument)"
)
_ACTS = (
    r"(?:(?:re-?)?paste|(?:re-?)?pasted|(?:re-?)?prompt|(?:re-?)?prompted|opt(?:ed)?|proceed(?:ed)?"
    r"|provided?|gave|give"
    r"|fed|feed|assured?|hinted|nudged?|told|tell|upload(?:ed)?|attached|copied|ask(?:ed)?|followed up"
    r"|pointed|pushed"
    r"|decided|wanted|hypothesi[sz]e|corrected|sent|send|re-?sent|stopped|ended|expected|typed|left out"
    r"|rephrased?"
    r"|reworded|added|included|screenshotted|submitted|interrupted|continued|started|did an?|did(?:n't"
    r"| not) (?:tell"
    r"|give|mention|include|specify|expect|ask|provide|say)|had to|was (?:surprised|expecting|hoping|curious"
    r"|impressed))"
)
_ADJECTIVE = (
    r"(?:accurate|correct|right|wrong|incorrect|clear|clean|concise|detailed|formatted|fine|good|solid|great"
    r"|sound"
    r"|unjustified|unnecessary|verbose|sloppy|vague|convoluted|confusing|impressive|missing|complete"
    r"|incomplete|perfect"
    r"|thorough|well[- ]\w+|handled|longer than|shorter than|better than|worse than|over-?complicated"
    r"|all over the place)"
)

WEIGHTS: tuple[tuple[str, float], ...] = (
    # The model in the third person.
    (rf"\b{_NAMES}\b", 2.0),
    (rf"\b{_MAYBE_NAMES}\b", 1.2),
    (rf"\b{_NAMES}(?:'s)?\s+(?:{_ADVERB}\s+){{0,2}}{_DOES}\b", 1.0),
    ((rf"\b{_IT}(?:'s|\s+(?:is|was|has|had|does|did))?(?:\s+not"
     rf"|n't)?\s+(?:{_ADVERB},?\s+){{0,2}}{_DOES}(?!\w)"), 1.5),
    ((rf"\b{_IT}\s+(?:\w+\s+)?(?:correctly|incorrectly|wrongly|successfully|mistakenly|explicitly"
     rf"|silently)\b"), 1.0),
    ((r"\bthe (?:model|ai|llm|bot|chatbot)(?:'s)? (?:own |final |first |previous |whole )?(?:answer"
      r"|reasoning|response"
     r"|output|explanation|derivation|solution|thinking|reply|work|mistake|attempt)\b"), 1.8),
    ((rf"\bthe (?:model|ai|llm|bot|chatbot) (?:{_ADVERB} )?(?:prefers|uses|used|saw|sees|had|made|makes|found"
     rf"|gave|went)\b"), 0.9),
    (r"\bthe (?:bot|chatbot|ai)\b", 0.8),
    ((r"\bits (?:own|work|thinking|reasoning|answer|mistake|mistakes|response|mind|explanation|earlier"
     r"|previous)\b"), 0.8),
    ((r"\b(?:how|why|where|when|what|that) it (?:\w+ly )?(?:apparently |finally |still |never )?(?:drops"
      r"|loses|uses"
     r"|brings|names|checks|ignores|keeps|stops|goes|went|did|does|decides|chose|chooses|knows|makes|made"
     r"|gets|got)\b"), 0.9),
    ((r"\b(?:took|helped?|reminded?|let|made|got|tell|told|ask|asked|gave|give|steer\w*|push\w*|forced?"
      r"|remind) it\b"
     r"|\bout of it\b|\bthrew it off\b"), 1.0),
    ((r"^It (?:does|did|never|hesitat|start|confus|drop|skip|lose|loses|lost|spent|jump|goes|went|took me"
     r"|restat|end|gave)"), 0.9),
    # Verbs without a subject, and verdicts.
    (rf"^{_OPENERS}(?!\w)(?! that\b)(?![:,])", 1.8),
    (rf"^{_JUDGED}[, ]+(?:\w+ly\s+)?(?:{_OPENERS}|(?:one-?shot|\w{{3,}}(?:[^s]s|ed))\b(?!:))", 1.8),
    ((r"^(?:Moving on|One-?shot\w*|Nailed|Arrived|Got (?:it|the|to)|Reached|Double[- ]checked|Re-?confirmed"
      r"|Spot on"
     r"|So far so good|No need (?:for|to)|No (?:hallucination|mistake|error|issue|problem)s"
     r"|To be fair)\b"), 1.6),
    ((rf"^(?i:(?:the |this )?(?:\w+ )?{_WORK})s? (?:was |is |has been )?(?:re-?confirmed|obtained|reached"
      rf"|found"
     r"|double[- ]checked|re-?verified)"), 1.6),
    (r"^(?:Correct|Wrong|Right|Incorrect|Nice|Good|Perfect|Great)[.!]*$", 0.8),
    ((r"^(?:Very |Quite |Too |Rather |Pretty |Mostly |Much )?(?:verbose|correct|right|wrong|sloppy|clear"
      r"|good|shorter|longer"
     r"|better|worse|impressive|concise)\b[^:]*(?:\bbut\b|,|\bthan\b|recovery|derivation|explanation"
     r"|intuition|work\b)"), 0.9),
    ((r"^(?:Same|Another|The same|Similar) (?:mistake|error|repetition|issue|problem|story|behaviou?r"
     r"|confusion|answer) "), 1.6),
    (r"\bone-?shot(?:s|ted|ting)?\b", 1.5),
    ((rf"\b(?:the|this|that|its|overall the|final) (?:\w+ )?{_WORK} (?:above |here |below )?(?:is|was|looks?"
      rf"|seems?|could"
     rf" (?:be|have been))\s+(?:\w+\s+)?{_ADJECTIVE}"), 1.0),
    ((r"\b(?:explanation|derivation|justification|discussion|treatment) of [^.]{3,60} (?:is|was"
     r"|could have been)\b"), 1.0),
    ((r"\b(?:unjustified|verbose|sloppy|convoluted|long-winded|off the rails|all over the place|threw"
      r"|full marks"
     r"|(?:handled|worked|did|done) well|good job|without any trouble|longer than (?:necessary|needed)|off by"
     r"|impressive|intuition about|in a row|silently|grader|easier to follow|hard to follow)\b"), 0.9),
    ((r"\b(?:formatted|segmented|structured|organi[sz]ed|written|laid out)\s+(?:\w+\s+and\s+)?(?:clearly"
      r"|nicely|logically"
     r"|well)\b|\b(?:clearly|nicely|well)[- ](?:formatted|segmented|structured|organi[sz]ed)\b"), 1.2),
    ((r"\b(?:correct|right|wrong|same|erroneous|incorrect)\s+(?:\(\w+\)\s+)?(?:answer|conclusion|result"
     r"|approach|name)\b"), 0.7),
    ((r"\b(?:HW|homework|official|staff|course|instructor'?s?|posted|student|class)\s+(?:solutions?|notes)\b"
     r"|\b(?:solution|answer) key\b|\b(?:solution|what) we (?:got|saw|had|did) in (?:class|discussion"
     r"|section)\b"), 2.0),
    ((r"^(?:Nice|Cool|Interesting|Impressive|Funny|Wow|Ah|Another (?:nice|cool|interesting))\b"
     r"(?!,? (?:question|problem))(?![.:!])"), 1.3),
    (r"\b(?:nice|cool|interesting|impressive|neat) (?:detail|touch|catch|step|move|behaviou?r|point)\b", 1.2),
    ((r"\b(?:detail|reformulation|repetition|insight|intuition|mistake|error|behaviou?r|catch) (?:seen "
     r"|made )?here\b"), 0.8),
    (r"\b(?:seen|obtained|reached|noticed|shown|repeated) here\b", 0.9),
    ((r"\bInterestingly\b|\bsurpris(?:ed|ing|ingly)\b|\bimpress(?:ed|ive|ively)\b|\b[Ff]unny (?:how"
     r"|that)\b"), 1.0),
    # How it thought.
    ((r"\b(?:chain of thought|thought (?:trace|process|exploration|roaming)s?|thinking (?:mode|process"
      r"|tokens?|trace|time)"
     r"|reasoning (?:trace|chain)|final output|context window)\b"), 1.5),
    ((r"\b(?:self-?doubt\w*|second-?guess\w*|over-?think\w*|over-?complicat\w*|side-?track\w*|bogged down"
      r"|meta-?gam\w*"
     r"|hallucinat\w*|rambl\w+|in circles|back-?track\w*)\b"), 1.5),
    # How it was prompted, and what the writer makes of it.
    (rf"\bI (?:then |also |now |first |just |simply |directly |only |deliberately |again )?{_ACTS}\b", 1.8),
    (r"\b(?:Here|Then|Next|Now|So|After (?:this|that)),? I (?:then |only )?\w+ed\b", 0.8),
    (r"\b(?:pasted in|copy[- ]?past\w+|re-?prompt\w*)\b", 0.5),
    ((r"\b(?:pasted in|copy[- ]?past\w+|re-?prompt\w*|prompting|prompted|follow-?up (?:prompt|question)"
     r"|(?:after|with|in) (?:this|my|the (?:next|last|second|first)) (?:prompt|hint)|typed in"
     r"|by hand)\b"), 1.3),
    ((r"\b(?:my|the) (?:own |previous |earlier |first |last |next |original |second |third "
      r"|initial )*(?:prompt|query|follow-?up"
     r"|hint|guidance|attempt)s?\b"), 0.7),
    ((r"\bmy (?:own |previous |earlier |first |last |next |original |second |third |initial )*(?:prompt"
      r"|query|follow-?up|hint"
     r"|observation|hypothesis|guidance|instructions?|message|attempt|guess|question)s?\b"), 1.0),
    ((r"\b(?:makes?|made) me (?:wonder|think|believe)\b|\btook me\b|\bthan mine\b|\bWhat I (?:like|find"
     r"|noticed)\b"), 1.8),
    ((r"\b(?:some|more|little|bit of|further) guidance\b|\bclassmates?\b|\bchance occurrence\b|\bafter (?:one"
     r"|a|two) hints?\b"), 1.0),
    ((r"\bI (?:guess|suspect|believe|noticed|liked?|like|appreciate)\b|\b(?:apparently|in my opinion"
     r"|overall)\b|\bnot sure why\b"), 0.7),
    ((r"\b(?:once again|again, |many times|repeated(?:ly)?|repetition|spot on|at first glance|at first"
     r"|unfortunately)\b"), 0.5),
    (r"^\[[^\]]+\]\(#[^)]*\)$", 2.5),
    ((r"^\W*(?:my |student(?:'s)? |annotator(?:'s)? |author(?:'s)? )(?:own )?(?:notes?|comments?"
      r"|annotations?|analysis"
     r"|thoughts|observations?|remarks?)\s*[:—–-]|^\W*(?:annotation|comment|commentary)s?\s*[:—–-]"), 3.0),
    # Words of someone who looks back on a conversation.
    ((r"\b(?:sycophan\w*|stubborn\w*|apologetic|conversation|in hindsight|hindsight|homework|wrong reasons?"
      r"|performance on"
     r"|weakest|strongest|stopped reading|pushed back|looking for|tone)\b"), 0.9),
    (r"(?<!let )\bme\b|\bI (?:wonder|should have|could have|pushed|found it|found that it)\b", 0.8),
    ((r"\bit (?:\w+ly )?(?:spot(?:s|ted)|switch(?:es|ed) (?:between|back|notation)|agre(?:es|ed)|lo(?:ses"
      r"|st) track|forgets"
     r"|start(?:s|ed) over|(?:is|was|became|becomes) (?:quite |very |rather |too |so |just )?(?:stubborn"
     r"|confident|right"
     r"|wrong|confused|sure|unsure|vague|hesitant|convinced|apologetic))\b"), 1.3),
    ((r"^(?!(?:This|Thus|Yes|Is|Does|Has|As|Its|Plus|Always|Sometimes|Perhaps|Across|Besides|Towards|Unless"
      r"|Was|Less|Makes"
     r" sense|Gets us|Follows|Uses|Means)\b)[A-Z][a-z]+(?:[^su\W]s)\s+(?:track|the|a|an|with|to|back|up|into"
     r"|itself"
     r"|over|in|too|very|quite|just|really|much|some|\w+ly)\s(?![^.]*:)"), 0.9),
    # The model's own voice.
    (r"\b(?:let me|let's|let us|I'll|I will|hmm+|wait)\b", -2.0),
    ((r"^(?:We|Let|Now|So|Then|Thus|Therefore|Hence|But (?:wait|note|then|if|since)|However|Alternatively"
      r"|Actually|Given"
     r"|Since|If|For|Consider|Recall|Note|Notice|Setting|Substituting|Suppose|Assume|Step \d|Yes|No,|Check"
     r"|Does|What did"
     r"|In (?:part|the|this|our|vector)|The (?:problem|objective|update|solution|gradient|minimum|optimal"
     r"|dual|question"
     r"|key|term|user))\b"), -1.0),
    (r"\b(?:we|our)\b", -0.7),
    ((r"\bI (?:think|recall|made|misinterpreted|misread|need|should|can|cannot|must|have (?:to|verified)|am"
      r"|would say"
     r"|mixed|overlooked|forgot|used|tried)\b|\bI'm\b"), -1.5),
    (r"\byou(?:'re|r|rs)?\b", -1.2),
    ((r"^(?i:great|good|excellent|nice) (?:question|point|catch)\b|\babsolutely right\b|\bI apologi[sz]e\b"
      r"|\bsorry\b"
     r"|\b[Mm]y (?:mistake|error|previous (?:answer|derivation))\b|\b[Tt]hank"), -2.0),
    ((r"\bthe (?:user|problem|question|prompt|statement) (?:says?|asks?|provid\w+|states?|mentions?|likely"
      r"|probably|does|did"
     r"|intends|wants?)\b|\bthe user\b"), -1.5),
    ((r"\b(?:optimi[sz]er|network|algorithm|method|iteration|server|worker|learner|matrix|adam"
     r"|sgd)\b[^.]*\bit\b"), -0.8),
    (r"\bit (?:follows|becomes|depends|converges|equals|reduces|remains|holds|vanishes)\b", -0.8),
    (r":\s*$", -1.5),
    (r"\?\s*$", -0.3),
    (r"\*\*", -0.5),
)  # fmt: skip

# A cue for the head of a paragraph knows capitals; the others do not.
CUES = tuple(
    (re.compile(pattern, 0 if pattern.startswith(("^(?:", "^(?!")) else re.IGNORECASE), weight)
    for pattern, weight in WEIGHTS
)
