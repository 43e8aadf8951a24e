import pytest

from fleet import Fleet


@pytest.fixture(scope="session")
def fleet(tmp_path_factory):
    """The whole system with several copies of what is about copies, on a database and a broker of its own."""
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    try:
        yield fleet.start()
    finally:
        fleet.end()


@pytest.fixture(autouse=True)
def whole(fleet):
    """Each test finds everything running, and leaves it so."""
    yield
    fleet.mend()
