from .report import Answer, OutcomeReport

__all__ = ["Answer", "OutcomeReport"]
