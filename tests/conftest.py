import shutil

import pytest

from described import Watch
from program import ARRANGEMENT, Client, Program

Client.watch = Watch().see


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Several workers take a file each, longest first, and one of them all of tests/split, which shares a fleet.
    About separate processes: without what is about embedded parts, or about the gateway alone."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group("split" if item.path.parent.name == "split" else item.path.stem))
    first = ["split", "test_races", "test_kill"]
    items.sort(key=lambda item: next((place for place, name in enumerate(first) if name in item.path.parts
                                      or name == item.path.stem), len(first)))
    if ARRANGEMENT != "split":
        return
    left_out = [item for item in items if item.get_closest_marker("embedded")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("embedded")]


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory):
    """A data folder with demo data, made once; tests that restart or kill take a copy."""
    data = tmp_path_factory.mktemp("demo") / "data"
    program = Program(data, demo=True).start()
    program.stop()
    return data


@pytest.fixture(scope="session")
def shared(demo_data, tmp_path_factory):
    """One running program with demo data for tests that only add things of their own."""
    data = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(demo_data, data)
    program = Program(data, demo=True).start()
    yield program
    program.stop()


@pytest.fixture
def own(demo_data, tmp_path):
    """Makes programs on copies of the demo data; what still runs at the end is stopped."""
    made = []

    def make(start=True, **more):
        data = tmp_path / f"data{len(made)}"
        shutil.copytree(demo_data, data)
        program = Program(data, demo=True, **more)
        made.append(program)
        return program.start() if start else program

    yield make
    for program in made:
        if program.process is not None:
            program.stop()


@pytest.fixture
def organiser(shared):
    return shared.login("organiser@demo.example")


@pytest.fixture
def crew_admin(shared):
    return shared.login("crewadmin@demo.example")


@pytest.fixture
def admin(shared):
    return shared.login("admin@demo.example")
