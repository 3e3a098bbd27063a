"""The words that are known to leave a formula beside them as it is, by where they may stand.

What is listed here is harmless in its place; what is not listed may be an operator ('halved', 'twice', 'rounded up'), so a right
formula beside it is not called right. A missing word therefore costs an acceptance and never makes a wrong one.
Plurals, possessives and -ise spellings are brought to one form before they are looked up (see form_of).
"""

from __future__ import annotations

from functools import lru_cache

from derive import patterns as re

LITTLE = frozenset("""
a accordingly again already also altogether am an and are as at be been being by can consequently could dear did do does ergo finally for from had has have he hello hence here hi
i in into is it its lastly let let's lets may me must my now of ok okay on one or our overall please shall she so than thank thanks that the their them then there
therefore these they this those thus to too ultimately upon us via was we well were what which who whose will with within would yes you your
""".split())
"""Words that only hold a sentence together."""

ANNOUNCING = frozenset("""
end ends ending finish finishes left becomes remains remain makes
achieved agrees amounts are arrive arrives assigns attain attained attains be become becomes carries carry check choose chooses claim claims coincides come comes compute
computes conclude concludes contain contains contract contracts converge converges correspond corresponds costs deduce derive derives equal equals evaluates evolves
exchange exchanges find finds follows found gave get gets give given gives giving goes got has have hold holds implies imply incurs is land lands lead leads least lie
lies lowest match matches maximise maximised maximises mean means minimise minimised minimises move moves need needs obtain obtained obtains pick picks plays produce
produces propose put puts reach reaches read reads receive receives recognise recover recovers reduce reduces report reported reporting require requires results return
returns satisfies satisfy says see sees select selects send sends sets settle settles show shows simplifies simplify smallest solve solves state states stay stays submit
take takes tend tends transmit transmits turn turns updates use uses verify was works write written wrote yield yielding yields
""".split())
"""What says that the formula after it is what was asked."""

SENDING = frozenset("carries receives sends transmits uploads".split())
"""What one worker or message does with what is counted."""

ANSWER = frozenset("""
algebra ans answer argmax argmin argument arithmetic bound box calculation choice combination component computation conclusion condition convergence coordinate count
definition derivation entries entry equation estimate estimator expression form formula hull inspection interval iterate iteration key limit line manipulation mass
maximiser maximum minimisation minimiser minimizer minimum name norm notation number optimiser optimizer optimum outcome output point projection quantity range reasoning
recurrence response result role rule simplification simplifying size sol soln solution solve statement step summary total update value vector weight
corner vertex
""".split())
"""What an answer may be called."""

KINDS = frozenset("""
famous well-known wellknown usual classical classic celebrated resulting
above actually again against algebra always amount analytic analytical any asked assumptions available basically below best better between brief calculation case
certified class clean clearly closed closed-form closest compact complete concise concretely constraint convex correct corresponding current defined derivation desired
direction directly dr dual easily easy eg entire equivalent equivalently every evidently exact exactly exercise exists explicit explicitly familiar feasible final
first-order following formally full further general global homework hyperplane ie immediately indeed infinity just l-infinity largest least-norm lecture lectures limit
limiting line linear little long magnitude main max maximal min minimal minimum-norm model moment namely nearest neat new next non-zero nonzero notation notes obviously
off only onto optimal optimality origin overall part positive possible precisely primal problem quadratic quantities quantity question quick range really recap reply
requested required resulting right routine same set sheet short simple simplest simplification simplified simply some sought space standard stated stationarity stationary
steepest story straightforward subproblem subspace symbolic symmetry task textbook tl tldr total true unique unknown viz wanted whole
""".split())
"""What may be said of an answer without changing it."""

FOUND = frozenset("""
achieved advertised announced anticipated attained boxed called carried chosen claimed communicated computed counted defined denoted derived described exchanged expected
expressed found given known maximised minimised moved needed noted obtained passed promised reached read received recovered replied required sent shown stated taken
transferred transmitted used wanted written
""".split())
"""Participles of how an answer came about."""

ADVERBS = frozenset("""
above all alone altogether any arbitrarily back before both component component-wise componentwise convergence coordinate coordinate-wise coordinatewise down each either element
element-wise elementwise entry entry-wise entrywise every everywhere exactly exclusive forth inclusive independent independently itself jointly no out pointwise precisely
regardless respectively separately sides simply some strictly together uniformly uniquely up way ways wise
""".split())

UNITS = frozenset("""
chunk chunks communication communications copies copy download element elements entries entry float floats flop flops grad gradient gradients iteration iterations machine
machines message messages msg msgs multiplication multiplications node nodes number numbers operation operations param parameter parameters point points pull push reply round
rounds scalar scalars send sends server sum token tokens total transfer transfers unit units upload value values vector vectors weight weights word words worker workers
""".split())
"""What is counted."""

MATHEMATICAL = frozenset("""
above absolute acts additive all-one all-ones any applied applies arbitrarily arbitrary arg argmax argmin attain attaining attains average basis below between biggest
broken canonical column columns combination combinations component components constant conv convention coordinate coordinates current data definite denote denotes
denoting determinant diagonal dimension dimensions distribution dot dual eigenvalue eigenvalues eigenvector element elements else elsewhere entries entry equal equals
euclidean exp exponent exponential feature features for frobenius full function functions gradient greater greatest hadamard holds hull hyperplane identity if iff index indicates
indicator indices inf infinity initial initialisation inner interpreted inverse invertible iterate ith jth kernel kth l l1 l2 label labels lagrange larger largest
learning least length less let linf log logarithm loss magnitude magnitudes manhattan matrix max maximal maximise maximiser maximisers maximises maximising maximum mean
means meant modulus moore moore-penrose most multiplier multipliers natural negative next non-negative non-zero nonnegative nonzero norm normaliser normalising norms nth
nuclear number objective one ones origin orthogonal other others otherwise outer parameter parameters part parts penalty penrose position positive prediction previous
probabilities probability product projection projector pseudoinverse quantile radius rank rate read real refers remaining represents residual rest root row rows sample
samples scalar semidefinite set share shares svd sigmoid sign signs singular size smaller softmax span spectral square squares stand standard stands start starting step steps
stepsize strength strictly subspace such sum sums symmetric taken target targets th than tie tied ties time trace transform transformation transpose transposed two
unchanged understood unique unit vector vectors weight weights when whenever where with works zero zeros qr cholesky decomposition factorisation thin
eigenpair eigenpairs triple triples triplet triplets leading associated orthonormal
""".split())
"""What a declaration ('where k is an index of the largest modulus') may be made of: it is about another symbol, not about the answer."""

ORDERED = frozenset("""
ascending conjugate decreasing descending increasing inverse opposite order sorted squared transpose
""".split())
"""What may be said of another symbol after 'where', and would change a bare formula."""

METHODS = frozenset("""
adagrad adam adamw algorithm all-gather all-reduce allreduce batch classic classical coordinate descent direction eta full-batch function gd gls gradient greedy hard
exponentiated-gradient huber infinity learning least lion lr method muon newton newton's norm normalised normalized norms ols optimiser optimisers optimizer ordinary parameter plain projection
rate reduce-scatter regression ridge ring rmsprop rule server sgd shrinkage sign sign-based sign-sgd signgd signsgd size soft soft-thresholding softmax squares standard
steepest step stepsize stochastic textbook thresholding update updates usual vanilla water-filling well-known
""".split())
"""What an answer may be recognised as: 'which is gradient descent with step size ...'."""

SAID_OF_A_METHOD = frozenset("""
damped accelerated preconditioned projected proximal exponentiated regularised stochastic
adaptive common data-dependent dependent depends global gradient-dependent proportional rescaled scaled shared signed single weighted
""".split())
"""Words that describe a method that was named before them, and would change a bare formula."""

CASES = frozenset("""
else elsewhere if iff none other others otherwise remaining rest unchanged when zero
""".split())
"""Words of cases, which the reader reads."""

CERTAINTY = frozenset("""
afaik believe certain certainly confident definitely fairly guess hope hopefully i'd i'll i'm i've im imho imo it's likely maybe perhaps presumably pretty probably quite
suppose sure that's think we'll we've
""".split())
"""Words about the writer and not about the value."""

REMARKS = frozenset("""
above arbitrarily arbitrary attained break broken checked cheers closed code confirmed convex corrected correction derivation differently done edit edited end exact fixed form good
help helped helps hint hope jax latex luck minimum nb note numpy optimal proof proved ps python pytorch qed recomputed remark retry revised see shown strictly tada tie
ties torch unique update updated verified voila
""".split())

CORRECTING = frozenset("""
but corrected correction earlier error first forgot initially made meant mistake no not oops originally rather scratch second should sorry thought unlike wait whereas
while wrong
""".split())
"""What may stand before a formula that corrects another."""

OPERATIONS = frozenset("""
absolute acting acts applied division function interpreted max meant min operates operations power powers product products read root sgn sign signs square taken
understood value values works
""".split())
"""What is said to be taken elementwise."""

REASONS = frozenset("""
as because by considering due following from given noting owing recalling since thanks using via
""".split())
"""What opens a reason or a way, in which any word may stand: it tells how the formula came about."""

CONTRASTS = frozenset("""
although apart before but except however instead never not only rather still then though unless without yet
""".split())
"""What ends a reason, so that the words after it are looked at again."""

DECLARES = frozenset("""
as assume assuming at denoting for here if in let letting on over provided such suppose supposing when whenever where wherein while with
""".split())

ASIDE = frozenset("""
cf compare unlike whereas
""".split())
"""What opens a remark about something else, to the end of the sentence."""

WHERE = frozenset("""
denoting here let letting where wherein
""".split())
"""What opens the declaration of another symbol."""

TO_VERBS = frozenset("""
narrows shrinks
according add adds amount amounts boil boils come comes converge converged converges converging correspond corresponds down due equal equals equate equates equivalent
evaluate evaluates go goes identical lead leading leads reduce reduced reduces set sets simplified simplifies simplify sum sums tend tends up
""".split())
"""What may stand before 'to' and a formula."""

OF_NOUNS = frozenset("""
all answer any because choice chunk chunks combination combinations condition consist consisting consists cost count each family form hull interval limit load maximum
message messages minimiser minimum number one out payload piece pieces points range rate result set size solution step total update value vector
""".split())
"""What may stand before 'of' and a formula: 'a step size of x', but not 'the direction of x'."""

OPTIMISERS = frozenset("""
adagrad adam adamw descent gd lion muon newton rmsprop sgd sign-sgd signsgd
""".split())
"""Names of methods: 'sign descent scaled by ...' describes the method."""

PHRASES = ("or so", "or thereabouts", "at least", "at most", "give or take", "more or less", "on average", "in expectation", "more than", "less than", "fewer than", "other than", "not quite",
           "in reverse", "positive entries", "negative entries", "positive ones", "negative ones", "positive coordinates", "negative coordinates", "only for", "median entry",
           "second largest", "two largest", "three largest", "random entry", "random index", "random coordinate", "middle entry",
           "holds only", "valid only", "true only", "correct only", "only valid", "only holds", "only true",
           "only if", "only when", "only in case", "from the last", "to the first", "right to left", "last to first", "bottom to top",
           "in place", "the denominator", "the numerator", "multiplication with", "multiplication by", "division by", "applied only", "only to", "only in the",
           "from the last", "to the first", "last to first",
           "the other way", "up to", "as large", "as big", "as small", "as much", "as many", "all but", "anything but")
"""Words that are harmless one by one, and together are not."""

VALUE_PHRASES = ("in absolute", "in magnitude", "in modulus")
"""The same, where they are said of the answer and not of another symbol."""

HEDGES = frozenset("""
about almost approx approximately around ca circa decimal decimals digits nearly numerically places roughly rounded rounding significant
""".split())
"""What may stand beside a decimal, which is rounded, and not beside an exact formula."""

COMMENTARY = frozenset("""
additionally alternatively although among amongst another because besides both call can cauchy cauchy-schwarz check compare compared consider contrast conversely convex convexity could
derivation details done duality equivalently even example explanation feel first four further furthermore geometrically happy here holder hopefully how however if
importantly indeed instance interestingly interpretation intuition intuitively kkt let like many method moreover most no not note notice observe one only other overall
plug plugging proof qed reason reasoning recall remark remember sanity second see similarly since strong substitute substituting such there third though three two unless
unlike verification verify what when whenever whereas while why work working would
""".split())
"""How a comment on an answer may begin."""

CHANGING = re.compile(
    r"^(?!double-check)(?:half|halv|twice|doubl|tripl|quadrupl|negat|opposit|revers|invers|invert|reciproc|flip|swap|exchang|interchang|permut|shuffl|rotat|shift|translat|scal|rescal|multipl|divid|subtract|add|"
    r"increment|decrement|increas|decreas|enlarg|shr[iu]nk|round|truncat|clip|clamp|cap|cut|squar|cub|expon|transpos|conjugat|normali[sz]|standardi[sz]|averag|accumulat|differentiat|integrat|project|mirror|"
    r"reflect|complement|replac|remov|drop|delet|omit|ignor|mask|append|prepend|perturb|adjust|modif|chang|alter|convert|transform)")
"""Beginnings of verbs that make another value of what they are about."""

ORDERS = re.compile(r"^(?:take|put|move|insert|apply|use|keep|sum|negate|raise|lower|bump|chop|split|sort|reorder|"
    r"undo|redo|correct|fix|account|include|exclude|leave|turn|make|pull|push|throw|strip|weigh|set|switch)$")
"""Other verbs that tell the reader to go on with the answer, where a sentence begins with them."""

CHANGED = re.compile(
    r"^(?:half|halved|halving|twice|twofold|thrice|doubled?|doubling|tripled?|quadrupled?|quarter|negated?|reversed?|inverted|reciprocal|flip(?:ped)?|swap(?:ped)?|exchanged|interchanged|permuted|shuffled|rotated|shifted|"
    r"translated|scaled|rescaled|multipl(?:y|ied)|divided?|subtract(?:ed)?|added|incremented|decremented|increased|decreased|enlarged|shrunk|shrunken|rounded|truncated|clipped|clamped|capped|cut|squared|cubed|"
    r"transposed|conjugated|normali[sz]ed|standardi[sz]ed|averaged|accumulated|differentiated|integrated|projected|mirrored|reflected|complemented|replaced?|removed?|dropped|deleted|omitted|ignored|masked|"
    r"appended|prepended|perturbed|adjusted|modified|changed|altered|converted|transformed|corrected|reordered|sorted|third|tenth|percent)$")
"""Participles and quantities that, said of the answer, make another value of it."""

BESIDE = frozenset("""
really truly
always answer answers certified closed closed-form condition convex correct count entire equivalent equivalently everything exact exactly explicit expression feasible final
first-order form formula full general global ie iff indeed just limit main maximiser maximum minimiser minimizer minimum namely non-zero nonzero notation objective
optimal optimality optimum overall part point precisely problem question recurrence result right same simplified simply solution stationarity stationary task true unique uniquely
unknown update value vector viz whole
""".split())
"""What may follow a formula without any mark between: 'F is the unique minimiser', 'F in closed form'."""

NUMBERS = frozenset("""
double dozen eight fifth five fold four half halves hundred nine once percent quarter quarters seven six ten tenfold tenth third thirds thousand three thrice triple
twelve twice two twofold
""".split())

HARD = frozenset("""
wrong incorrect false mistaken erroneous invalid bogus
absolute additional analogue another anti apiece average ceiling complement conjugate copy difference except extra fewer floor fraction image inverse lacking least less mean
minus missing mirror mod modulo modulus more most multiple negative neither never nor off only opposite over per plus power pseudo quasi quotient ratio reciprocal root semi short
shy sign square sum times transpose up variant version without
""".split())
"""What no noun phrase beside an answer may hold unless its place allows it: these make another value."""

PREPOSITIONS = frozenset("""
about above across after against almost along around before below beneath beside beyond circa from inside into like minus near nearly outside over past plus than till
toward towards under unlike until via within without
""".split())
"""What may not stand right before a formula: 'under x', 'around x', 'along x'."""

SAFE_PAIRS = (
    "total over", "each ordered", "conjugate exponent", "conjugate exponents", "dual exponent", "dual exponents",
    "pair once", "truncated svd", "weighted average", "weighted mean", "sample mean", "sample average", "sample variance", "empirical mean", "arithmetic mean", "geometric mean",
    "harmonic mean", "lagrange multiplier", "lagrange multipliers", "precision-weighted mean", "precision-weighted average",
    "multiplicative weights", "multiplicative update", "exponentiated gradient", "multiplicative updates", "regularised least", "penalised least", "weighted least", "generalised least", "reduced svd",
    "normalised weights")
"""Names of two words whose parts alone would be doubtful."""
_SECOND_OF_PAIR = tuple({p.split()[1] for p in SAFE_PAIRS})


def holds_pair(spoken: str) -> bool:
    """Whether one of the names of two words stands in words."""
    for second in _SECOND_OF_PAIR:
        if second in spoken:
            return any(p in spoken for p in SAFE_PAIRS)
    return False


_MOST = 4_096
"""Words whose properties are remembered: a language has so many common ones."""


def safe(word: str) -> bool:
    """Whether a word that no vocabulary holds can only name something: no verb or participle of a change, no adverb, number or comparison."""
    if (word.endswith(("ed", "ly")) and len(word) > 4) or (word.endswith(("er", "est")) and len(word) < 7 and word not in _NAMES_IN_ER):
        return False
    return not (changing(word) or changed(word) or word.removesuffix("s") in NUMBERS or any(word in v for v in (NUMBERS, HARD, HEDGES, CONTRASTS, PREPOSITIONS)))


@lru_cache(maxsize=_MOST)
def changed(word: str) -> bool:
    """Whether a word is a participle or quantity that, said of the answer, makes another value of it."""
    return CHANGED.match(word) is not None


@lru_cache(maxsize=_MOST)
def changing(word: str) -> bool:
    """Whether a word begins like a verb that makes another value of what it is about."""
    return CHANGING.match(word) is not None


_NAMES_IN_ER = frozenset("layer tensor kernel solver power".split())
_ADJECTIVE = ("y", "al", "ic", "ive", "ous", "ful", "less", "ish", "able", "ible", "ant", "ent")
_NOUN = ("ity", "ency", "ancy", "logy", "ory", "ment", "ergy", "egy", "entropy", "gradient", "coefficient")


def only_describes(word: str) -> bool:
    """Whether a word that no vocabulary holds is an adjective by its ending: 'noisy', 'partial'."""
    return word.endswith(_ADJECTIVE) and not word.endswith(_NOUN)


@lru_cache(maxsize=_MOST)
def form_of(word: str) -> str:
    """A word in lower case, without possessive, in -ise spelling."""
    w = word.lower().replace("’", "'")
    w = w.replace("pseudo-inv", "pseudoinv").replace("pseudo–inv", "pseudoinv")
    w = w.removesuffix("'s") if w not in ("let's", "it's", "that's", "newton's") else w
    return w.replace("iz", "is") if "iz" in w and w != "size" and not w.endswith("size") and not w.endswith("sizes") else w


def known(word: str, *vocabularies: frozenset[str]) -> bool:
    """Whether one of the vocabularies holds a word, in the singular or the plural, or every part of it that a hyphen joins."""
    for v in vocabularies:
        if _holds(word, v):
            return True
    if word in HARD or not ("-" in word or "–" in word):
        return False
    parts = [p for p in re.split(r"[-–]", word) if p]
    return len(parts) > 1 and all(len(p) == 1 or p.isdigit() or known(p, *vocabularies) for p in parts)


@lru_cache(maxsize=4 * _MOST)
def _holds(word: str, vocabulary: frozenset[str]) -> bool:
    """Whether a vocabulary holds a word or its singular."""
    if word in HARD:
        return word in vocabulary
    forms = {word, form_of(word)}
    forms |= {w[:-k] for w in forms for k, s in ((1, "s"), (2, "es")) if w.endswith(s) and len(w) > 3}
    return not forms.isdisjoint(vocabulary)
