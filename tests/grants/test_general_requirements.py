import pytest

from grants.general_requirements import BY_CODE, RULES, TOPICS, assess_line, topic_choices


@pytest.mark.parametrize(
    ("topic", "description", "code"),
    [
        ("OMMT_T2", "Training for starters", "OMMT_T2"),
        ("", "Oliver McGowan training tier 2, 3 new starters", "OMMT_T2"),
        ("PBS_AWARENESS", "OMMT Tier 1 e-learning", "OMMT_T1"),
        ("", "Care Certificate for night staff", "CARE_CERT"),
        ("", "First aid at work", "BLS_FIRST_AID"),
        ("", "Mental health first aid", "MENTAL_HEALTH_FIRST_AID"),
        ("", "Moving and handling refresher", "MOVING_HANDLING"),
        ("", "Buccal midazolam for the circle", "EPILEPSY_BUCCAL"),
        ("", "Food hygiene level 2", "FOOD_HYGIENE"),
        ("PBS_PRACTITIONER", "PBS practitioner, 2 days, 12 people, joint", None),
        ("INTINT", "Intensive interaction, 1 day", None),
        ("", "Community room", None),
        ("RRP", "Reflective practice, 3 of 2 hours", None),
    ],
)
def test_assess_line_reads_topic_and_words(topic, description, code):
    found = assess_line(topic, description)
    assert (found.code if found else None) == code


def test_every_rule_has_its_words_and_every_code_is_unique():
    assert len(BY_CODE) == len(RULES)
    for rule in RULES:
        assert rule.message.endswith(".")
        assert rule.signpost.endswith(".")
        assert len(rule.reason) <= 300
    offered = [code for _, choices in topic_choices() for code, _ in choices]
    assert len(offered) == len(set(offered)) == len(TOPICS) + len(RULES)
