"""Words that people bear as names, for the identifier check (domain 7.3, `name_guard`).

Given names that were common in the United Kingdom in any generation now alive, whatever language they
came from; pet names people use in notes; surnames that are no other English word. A name that is
also a word of everyday English ("May", "Rose", "Will") stands in `WORDS_TOO`: it counts only where
the words around it make it a person. Short on purpose: everything else is found by its place in
the sentence ("his sister …", "Mrs …", "my name is …").
"""

GIVEN = frozenset(
    """
    aaliyah aaron abbie abby abdul abdulla abdullah abida abigail abu ada adaeze adam adama adebayo
    adeel adele adrian adriana adrienne agata agnes agnieszka ahmad ahmed aidan aiden aileen aimee
    aisha aishah aisling ajay akash akosua alan alana alasdair alastair albert aleksander aleksandra
    alessandro alex alexander alexandra alexandria alexis alfie alfred ali alice alicia alison
    alistair allan allison alun alwyn alyssa amal amanda amandeep amara amelia amina aminah amir
    amit amy ana anastasia andre andrea andrew andrzej andy aneta anetta aneurin angela angelina
    angie angus anil anita anjali ann anna annabel anne annette annie anthea anthony antoinette
    antonia antonio antony anwar anya aoife archie ariana arjun arlo arnold arthur arun asha
    ashleigh ashley ashok asif asma astrid athena aubrey audrey ava avril ayaan ayan ayesha ayo
    ayodele aysha azra babatunde bailey balbir baljit barbara barnaby barry bartosz beata beatrice
    becca becky belinda bella ben benedict benita benjamin benji bernadette bernard bernice bert
    bertha beryl bess bessie beth bethan bethany betsy betty bev beverley beverly bianca bilal
    billie billy bobby bogdan boris brad bradley brandon brenda brendan brent brett brian bridget
    britney brodie bronagh bronwen bronwyn bruce bryan bryn bryony caitlin caleb callum calum calvin
    cameron camilla camille candice cara carina carl carla carlos carly carmel carol carole caroline
    carolyn carrie carys cassandra cassie catherine cathy catrin cecil cecilia cedric celia ceri
    cerys chandra chanel chantal chantelle charlene charles charlie charlotte charmaine chelsie
    cheryl chiara chidi chinedu chinwe chioma chloe chloë chris chrissie chrissy christa christina
    christine christopher christy chukwu cian ciara ciaran claire clara clare clarence clarissa
    claudia clementine cleo clifford clint clinton clive cody colette colin colleen conall connor
    conor conrad cora coralie cordelia corey corinne cormac courtney craig cressida crispin cristian
    curtis cynthia cyril dafydd daisy-may damian damien damon dana daniel daniela daniella danielle
    danny daphne darcey darcy daren darius darragh darrell darren darryl dave david davina dawid
    deana deanna debbie deborah debra declan deepa deepak deirdre delia delilah delphine delroy demi
    denis denise dennis denzel derek dermot derrick desmond devika devon-lee dewi dexter dharmesh
    diana diane dianne dickie dilip dilys dimitri dinesh dion dmitri dolly dolores dominic dominik
    dominika dominique donald donna donovan dora doreen dorian doris dorota dorothy doug dougie
    douglas duncan dwayne dylan eamonn ed eddie edgar edie edith edmund edna eduardo edward edwin
    edyta efua eileen eilidh eimear eira eirlys elaine eleanor elena eleri elijah elin eliot
    elisabeth elise eliza elizabeth ella elle ellen ellie elliot elliott ellis eloise elsa elsie
    elspeth eluned elwyn emeka emil emilia emilie emily emlyn emma emmanuel emmeline enid enoch
    enrico eric erica erik erika erin ernest ernie errol esha esme esmé esther ethan ethel etta
    eugene eugenie eunice eva evan evangeline evelyn evie ewa ewan eze ezekiel ezra fabian faisal
    faiza faizal farah farhan farida farooq fatema fatima fatimah fatou fay faye felicia felicity
    felix femi ferdinand fergus fernando ffion fiona fionn fionnuala folake fran frances francesca
    francis francisco frankie franklin fraser fred freda freddie freddy frederick freya frieda funmi
    gabby gabriel gabriela gabriella gabrielle gail gareth garry garth gary gaurav gavin gaynor
    gemma genevieve geoff geoffrey george georgie georgina geraint gerald geraldine gerard germaine
    gerry gertrude gethin ghazala gianni gideon gilbert giles gill gillian gina giovanni giuseppe
    gladys glenda glenn glenys gloria glyn glynis godfrey gopal gordon graeme graham grainne greg
    gregor gregory greta gretchen griffith grzegorz gulam gurdeep gurpreet gus gustav gwen gwendolen
    gwendoline gwyn gwyneth habib hadiya hafsa hal hamid hamish hamza hana hania hanna hannah
    harbhajan hardeep hari haris harjit harold haroon harpreet harri harriet harriett harrison
    harvey hasan hassan hattie hayden hayley hector hedley heidi helen helena helene helga henrietta
    henry herbert herman hetty hilal hilary hilda hillary hiroshi hollie horace howard hugh hughie
    hugo humphrey hussain hussein hyacinth iain ian ibrahim ibrahima ida idris iestyn ieuan ifan
    ifeoma ike ilona imani imogen imran ina inaya ines inga ingrid ioan iolo iona ionut irena irene
    irina irma isaac isabel isabella isabelle isaiah isha ishaan isla isobel istvan ivan ivor iwan
    iwona izabela izzy jaan jacek jacinta jackie jackson jacob jacqueline jacqui jacquie jadwiga
    jagdeep jaime jake jakub jamal jameela jamelia james jamie jamil jan jane janet janette janice
    janine janusz jared jarek jaroslaw jarrod jasbir jasmin jason jasper jaswinder javed javier
    jawad jaya jayden jayne jaz jean jeanette jeanne jeannie jeff jeffrey jemima jemma jen jenna
    jennie jennifer jenny jeremiah jeremy jermaine jerome jerry jess jesse jessica jessie jill
    jillian jim jimmy jinny jo joan joann joanna joanne joaquin joceline jocelyn jodi jodie jody joe
    joel joelle joey johan johanna john johnny johnson jon jonah jonas jonathan jonathon jonny jools
    jorge jose joseph josephine josette josh joshua josiah josie joyce juan juanita jude judith judy
    jules julia julian juliana julianne julie juliet juliette julius justin justine justyna kabir
    kacper kadiatou kaitlyn kalpana kamal kamil kamila kamran kane karan karen karim karin karina
    karl karol karolina karthik kasia kat katarzyna kate katerina kath katharine katherine kathleen
    kathryn kathy katia katie katrina katy katya kavita kaya kayla kayleigh keeley keir keira keith
    kelly kelsey kelvin ken kenji kenneth kenny keri keshia kev kevin khadija khadijah khalid kian
    kiara kiera kieran kieron kim kimberley kimberly kiran kirsten kirstie kirsty kishan klaudia
    kofi kojo konrad kris krishna krista kristian kristina kristine krystyna krzysztof kumar kurt
    kwabena kwame kwasi kyle kylie kyra lakshmi lana lara larissa larry latisha latoya laura laure
    lauren laurence laurie lavinia lawrence layla leah leanna leanne lee leena leigh leila lena
    lennox lenny leo leon leona leonard leonie leopold leroy les lesley leslie leszek leticia levi
    lewis lexi lia liam liana libby lidia lila lilian lillian lillie lina linda lindsay lindsey
    lionel lisa lise liu livia liz liza lizzie lizzy llewellyn llinos lloyd logan lois lola lora
    lorenzo loretta lorna lorraine lottie lou louella louis louisa louise luca lucas lucia lucian
    lucille lucinda lucy ludmila luis luisa lukas lukasz luke lulu luther lydia lyla lynda lyndon
    lynette lynn lynne lynsey mabel mac maciej maddie maddison madeleine madeline madge madison mads
    mae maeve magda magdalena maggie mahmood mahmud maia mair mairead maisie maja malachi malala
    malcolm malgorzata malik mandeep mandy manisha manjit manjula manoj manpreet manuel marc marcel
    marcelle marcia marcin marcus marek marg margaret margarita marge margery margie margot
    marguerite maria mariam marian marianne maribel marie marietta marilyn mario marion marisa
    mariusz marjorie marlene marley marlon marta martha martin martina martyn marvin mary maryam
    maryanne mateusz mathew mathilda matilda matt matteo matthew matty maud maude maura maureen
    maurice mavis maxine maxwell maya mayumi meera meg megan meghan mehmet mehmood mehreen mei mel
    melanie melinda melissa melvin melvyn meredith mervyn mia micah michael michaela michal michele
    michelle mick mickey miguel mihai mike mikey mikolaj mila mildred millicent millie mimi mina
    minnie mira miranda miriam misha mitch mitchell mo mohamed mohammad mohammed mohamud moira
    moises moll mollie molly mona monica monika monique morag morgan morris morwenna moses moshe
    mostafa muhammad mukesh munira muriel murray mustafa myfanwy myles myra nabeel nabila nadeem
    nadia nadine nahid naila naima naomi naresh nasir nasreen nat natalia natalie natasha nathalie
    nathan nathaniel naveed navjot nazia nazir ned neeraj neha neil nell nellie nelson neo nerys
    nessa neville ngozi nia niall niamh nichola nicholas nicky nicola nicolas nicole nigel nikhil
    nikita nikki nikola nimra nina nisha nita noah noel noelle nora norah noreen norma norman norris
    nuala nur nusrat oana obinna octavia odette ola oladipo olamide olayinka olga oliver olivia olu
    oluwaseun omar omari onyeka orla orlaith osama oscar osman oswald otis otto owain owen pablo
    paddy padraig pam pamela paola paolo parminder parveen pascal patrice patricia patricio patrick
    patryk patsy patti patty paul paula paulette pauline pavel pawel pedro peggy penelope percy pete
    peter petra petronella phil philip philippa phillip phillipa philomena phoebe phyllis pierre
    piers piotr pippa polly pooja poonam prabhjot prakash pranav preeti prisca priscilla priti priya
    priyanka przemyslaw queenie quentin quincy quinn rabia rachael racheal rachel rachelle radek
    radoslaw rae rafael rafal rahim rahma rahul raj rajesh rajinder rajiv rajni rakesh ralph ramesh
    ramon ramona ranjit raphael rashid raul ravi ravinder rayan raymond razia rebecca rebekah reece
    reena reg reggie regina reginald rehana reinhard rekha remi renata rene renee reuben rhian
    rhiannon rhoda rhona rhonda rhys riaz ricardo richard richie rickie ricky rikki riley rita
    ritchie riya roan robbie robert roberta roberto robyn rocco rochelle roderick rodger rodney
    rodrigo rogan roger rohan roisin roland rolf romeo romy ron ronald ronan ronnie rory rosa
    rosaleen rosalie rosalind rosalyn rosamund rosanna roseanne rosemarie rosie roslyn ross rowena
    roxanne roxy roy roz ruaridh rubina rudi rudolph rudy rufus rukhsana rupert rupinder russ
    russell ruth ruthie ryan sabina sabrina sadia sadie safa safiya sahil saif saima sairah sajid
    sakina saleem salim sally salma sam samantha samina samir sammy samson samuel sana sandeep
    sandra sangeeta sania sanjay santiago santosh sara sarah sarita sasha saskia satnam satvinder
    saul savannah scarlett scott seamus sean seb sebastian selena selina selma seraphina serena
    sergei seth shabana shabnam shah shahid shakeel shakira shamim shamima shane shania shanice
    shannon shanti shareen sharon shaun shauna shawn shayla shazia sheila shelagh shelby shelley
    sheridan sherry sheryl shilpa shirin shirley shiv shivani shona shreya shrikant sian sid sidney
    siegfried sigrid silas silvia simeon simon simona simone simran sinead sinéad siobhan siobhán
    sioned sita siân slawomir sofia sohail solomon sonal sonia sonja sonya soofia sophia sophie
    spencer stacey stacie stacy stan stanislaw stanley stefan stefania stefanie steffan stelios
    stella steph stephanie stephen steve steven stevie stewart stu stuart subhash sudha sue-ellen
    sukhdev sukhjit sukhwinder suki suleman sumaira suman sunil sunita suresh surinder surjit susan
    susana susanna susannah susie suzanna suzanne suzie suzy svetlana sybil syed sylvester sylvia
    sylvie szymon tabitha tahir tahira talia tamara tamika tammy tamsin tania tanisha tanya tara
    tariq tasha tasneem tatiana tatyana taylor ted tegan temi terence teresa teri terri terry tess
    tessa thaddeus thalia thea thelma theo theodora theodore theresa therese thom thomas tiago tiana
    tiffany tilda tilly tim timothy tina tobias toby todd tolu tom tomas tomasz tommy toni tony
    tonya tori tracey traci tracy travis trevor tricia trisha tristan trudy tunde tyler tyron tyrone
    umar umer una ursula usha usman uzma val valentina valeria valerie vanda vanessa vasile vaughan
    veera velma venetia vera verna vernon veronica vic vicki vicky vijay vikram viktor viktoria
    vimal vinay vince vincent vinod violeta vivek vivian vivien vivienne vladimir wahid waleed
    walter wanda waqar waseem wayne wendy werner wes wesley wiktor wiktoria wilf wilfred wilhelmina
    willa willem william winifred winnie winston wojciech xander xavier ximena yaa yan yannick yara
    yash yasin yasmeen yasmin yasmine yassin yaw yetunde yolanda youssef yuri yusra yusuf yvette
    yvonne zachary zack zahid zahir zahra zain zainab zaira zak zakariya zara zbigniew zeenat zeinab
    zena zeynep zita zoe zofia zoltan zosia zoë zubair zuzanna
    """.split()  # noqa: SIM905
)

# Also words, months, places, jobs or things: they need somebody's company in the sentence.
WORDS_TOO = frozenset(
    """
    abba abbey al alexa alma alto amber angel april art ash ashton aspen august aurora autumn avon
    basil bay bea beau bell bill blake blessing bliss blue bob bonnie bradford brandy bristol brook
    brooke bud buddy bunny candy carmen carter celeste chad chance chandler charity charm chase
    chelsea cherry chester chip christian chuck clay clement cliff clover coco cole constance cooper
    coral cortana crystal daisy dale dan darby dash dawn dean del dell denver derby des destiny
    devon di dick don dot drew duke earl ebony echo eden elder ember emerald emery eve faith fern
    finn fleur flo flora florence forest fox frank gale garnet gay gem gene georgia ginger glen
    grace grant guru guy happy harley harmony harper harry haven hazel heath heather henna herb
    holly honey hope hunter india ira iris isle israel jan ivory ivy jack jade jasmine jay jean jet jewel
    jock jordan joy july june juniper justice kai kay kent kerry king kit lance lane laurel liberty
    lilly lily lincoln linden london lucky major march marina mark marsh mason maverick max maxi may
    mead melody mercedes mercy merlin miles miller milo minty misty monday montana myrtle nan nana
    nick norm nova oak obi olive opal paige pansy paris parker pat patience pearl peg penny perry
    petal phoenix pierce piper poppy porter precious preston prince princess prudence rain raja
    raven ray red reed reef rex ria rich rick ridge river rob robin rocky rod roman rose rosemary
    rowan ruby rue rusty saffron sage sal sandy santa scout serenity sienna sierra siri skip sky
    skye sonny sparky spike star sterling stone storm sue summer sunday sunny sydney tabby tan tate
    tay teal teddy temperance thorn tiger trinity troy tuesday turner tyne uma unity vale van verity
    victor victoria violet virginia walker ward warren wells whitney will willow winter woody wren
    zen zion
    """.split()  # noqa: SIM905
) - frozenset({"monday", "tuesday", "sunday"})

MONTHS_TOO = frozenset(
    {"may", "june", "july", "jan", "april", "august", "march", "summer", "autumn", "winter"}
)

PLACES_TOO = frozenset(
    """
    avon bradford bristol chelsea denver derby devon eden florence georgia india israel jordan kent kerry
    lincoln london marina montana paris preston sandy skye sydney troy tyne victoria virginia
    """.split()  # noqa: SIM905
)

# Surnames that are no other English word.
SURNAMES = frozenset(
    """
    adeyemi ahmed akhtar allen anderson andrews armstrong atkinson aziz bailey bains banerjee barnes
    barrett begum bennett bhatt bianchi brennan briggs bryant burke byrne callaghan campbell chapman
    chaudhary chaudhry chaudhuri chowdhury clarke collins connolly cunningham dasgupta davidson
    davies davis dawson desai dhillon doherty donnelly douglas doyle edwards elliott evans ferguson
    fernandes fitzgerald francis fraser gallagher gibson gill graham griffiths gupta hamilton harris
    harrison hassan henderson higgins hodgson holmes hopkins howard hughes hussain ibrahim iqbal
    jackson jenkins johnson johnston jones kaur kelly kennedy khan kowalska kowalski kumar
    lewandowski lewis macdonald mackenzie malik martin matthews mccarthy mcdonald mcgregor mckenzie
    mclean mensah mitchell mohamed morgan morris murphy murray nguyen nicholson nowak o'brien
    o'connor o'neill o'reilly o'sullivan okafor okonkwo oyelaran parkinson patel patterson pereira
    phillips popescu pritchard qureshi rahman reynolds richards richardson roberts robertson
    robinson rodrigues rogers ryan saunders shah sharma shaw sheikh sidhu silva simpson singh smith
    spencer stephens stevenson stewart sullivan sutherland szymanski thomas thompson thomson uddin
    wallace watkins watson wilkinson williams williamson wilson wisniewski wojcik wright yusuf
    """.split()  # noqa: SIM905
)
