from tests.partners.conftest import coordinator, english, noord

__all__ = ["coordinator", "english", "noord"]
