"""How states look: one mapping from a state's value to a colour, and from an event to words.

The words of a state are its label in `enums`; only the colour and the words of audit events are
kept here. Apps add theirs with `register_states` and `register_events` when they start.
"""

from collections.abc import Mapping

# Colour names are those of the tag component: grey, blue, turquoise, green, orange, plum.
_STATE_COLOURS: dict[str, str] = {"registered": "blue", "verified": "green", "refused": "plum"}
_EVENT_WORDS: dict[str, str] = {
    "organisation.registered": "Organisation registered",
    "organisation.parent_said": "Organisation: which other it is part of",
    "organisation.verified": "Organisation verified",
    "organisation.refused": "Organisation could not be verified",
    "member.invited": "Colleague invited",
    "member.joined": "Colleague joined",
}


def register_states(colours: Mapping[str, str]) -> None:
    """Add colours for states. Two apps may use the same word only with the same colour."""
    for state, colour in colours.items():
        if _STATE_COLOURS.get(state, colour) != colour:
            raise ValueError(f"state “{state}” has another colour already")
        _STATE_COLOURS[state] = colour


def register_events(words: Mapping[str, str]) -> None:
    """Add the words that timelines show for audit events."""
    _EVENT_WORDS.update(words)


def state_colour(state: str) -> str:
    """The colour of a state's tag; grey where none was chosen."""
    return _STATE_COLOURS.get(state, "grey")


def words_of(event: str) -> str:
    """What a timeline says for an event."""
    return _EVENT_WORDS.get(event, event.replace(".", " ").replace("_", " ").capitalize())
