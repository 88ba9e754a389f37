"""What the people of the story write. Invented names only: none is a real organisation or person."""

# 65 organisations: invented places, plain endings.
PLACES = [
    "Ambermere",
    "Bramblewick",
    "Brindlecote",
    "Cinderholt",
    "Coppersedge",
    "Curlowby",
    "Dapplemoor",
    "Dovenhay",
    "Driftholme",
    "Eldermarsh",
    "Emberley",
    "Fallowick",
    "Fennimoor",
    "Fernhallow",
    "Foxlethwaite",
    "Frostmarsh",
    "Gorsewell",
    "Greyhallow",
    "Harebeck",
    "Hartsmere",
    "Hazelwyke",
    "Heathermoss",
    "Hollowfold",
    "Ivorybeck",
    "Jasperholm",
    "Juniperby",
    "Kestrelcombe",
    "Kindlewick",
    "Larkenmere",
    "Lindenholt",
    "Lowmarrow",
    "Mallowfield",
    "Maplethorn",
    "Merrowdale",
    "Millhazel",
    "Mistlebrook",
    "Mosswater",
    "Nettlewold",
    "Oakensby",
    "Ottersedge",
    "Owlerhay",
    "Pebblecombe",
    "Pinebarrow",
    "Plumholt",
    "Quillbrook",
    "Quincemoor",
    "Ravenmoss",
    "Reedholme",
    "Rillbeck",
    "Rooksalter",
    "Rushwater",
    "Sablecote",
    "Saltmarrow",
    "Sedgewold",
    "Silverhay",
    "Sorrelby",
    "Starholt",
    "Swallowfen",
    "Tansymere",
    "Teaselbeck",
    "Thistlebeck",
    "Thornwater",
    "Umberwick",
    "Vetchling",
    "Wrenhallow",
]
ENDINGS = ("Support", "Living", "Care", "Homes", "Together CIC", "Community Support", "Partnership")

NEEDS = [
    ("communication", "Communication styles are mixed and change with every shift"),
    ("anxiety", "High anxiety when one activity ends and another starts"),
    ("shared_plan", "There is no shared positive behaviour support plan"),
    ("working_together", "Family and staff do not yet respond in the same way"),
    ("restriction", "Holding is used too soon, before early signs are answered"),
    ("sensory", "Noise and light overwhelm, and staff do not see it coming"),
    ("trauma", "Past moves make new faces frightening"),
    ("self_injury", "Hurts self when waiting, and staff miss the first signs"),
    ("loneliness", "Few people to see outside paid support"),
    ("epilepsy", "New staff are unsure what to do around seizures at night"),
]

GOALS = [
    ("I want to choose what I do each day", "choice"),
    ("I want to go swimming every week", "community"),
    ("I want people to stop holding me", "dignity"),
    ("I want to cook my own tea", "independence"),
    ("I want to see my brother more", "relationships"),
    ("I want a job with animals", "inclusion"),
    ("I want to feel well and sleep", "health"),
]

STRENGTHS = [
    "Loves water, humour and music",
    "Remembers every bus route in town",
    "Kind to animals, proud of the garden",
    "Makes people laugh, loves football on the radio",
    "Draws for hours and gives the pictures away",
    "Knows everybody at the market by their stall",
]

# Question number → what is written. {alias}, {need} and {months} are filled in.
ANSWERS = {
    1: "{alias} has told us, with pictures and with the help of the people who know them best, what a good "
    "life looks like: choosing the day, being known by name, and having things to look forward to. {strength}. "
    "A good week has fresh air in it, and people who do not rush.",
    2: "Support is at risk because staff change often and respond in different ways. Since the spring there "
    "has been more distress, mostly around changes of activity. The support register rating shows it, and "
    "a review said that a stay in hospital is likely unless the people around {alias} learn to act early.",
    3: "Support workers on days and nights, the team leader and manager, family, a nurse, the social worker "
    "and housing. All who can will learn, family and night staff too.",
    4: "The needs chosen below were agreed with {alias}’s family and the team. The first is: {need}.",
    5: "Two days with a PBS practitioner for the whole circle, built on {alias}’s own early signs, then "
    "coaching on shift at the hardest times. It is about one person from the first hour; nothing in it is "
    "general induction or mandatory training.",
    6: "Family, health and housing come to the same sessions. Reflective sessions look back at the month, and "
    "the plan is rewritten by the circle in a workshop.",
    7: "We expect fewer incidents, fewer holds and more time out. The measures are below, with the baseline.",
    8: "{alias}’s family wrote two of the needs, and {alias} chose who will train the team with help from a "
    "speech and language therapist. We look at it again together every month.",
    9: "Support is paid by the council and the NHS. Neither pays for this learning, and it is not in a "
    "personal health budget or direct payment. The grant adds learning that nobody else funds.",
    10: "The team leader learns to coach, new starters shadow a coached session, and the housing officer takes "
    "the plan’s format to other tenancies.",
    11: "Staff may leave before coaching starts, so two places are held. Each use of restraint is reviewed "
    "within three days, and safeguarding stays with the manager.",
    12: "We start within a month of the agreement and finish within {months} months. The operations lead "
    "keeps the dates, and the budget follows the sessions.",
}

OUTCOMES = [
    "Fewer incidents in four weeks at 3 and 6 months than at the start",
    "Holding used half as often at 6 months as at the start",
    "One activity outside home that {alias} chose, every week by month 3",
]

REASONS = {
    0: "Nothing about this was found in the application.",
    1: "Mostly general; the link to this person is thin.",
    2: "Some of it fits, but important gaps remain.",
    3: "It meets the criterion; a condition can mend the minor gaps.",
    4: "Clear, specific and tied to this person.",
    5: "Compelling and shaped by the person and family; it could be a model for others.",
}

LINES = [
    ("trainer_fee", "PBS practitioner with the whole circle"),
    ("coaching_fee", "Coaching on shift"),
    ("materials", "Workbooks, picture cards and a communication kit"),
]
