"""The panel's pages: queue and interests, the sheet, moderation, the chair's oversight."""
