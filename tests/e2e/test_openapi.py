"""The API's description against the program: the same routes, the same fields, valid in itself."""
import jsonschema
import pytest
from described import Described, follow, whole
from program import Client

# Answered by the gateway itself, not by a service's router.
OF_THE_GATEWAY = {("GET", "/health"), ("GET", "/openapi.json"), ("GET", "/docs")}


@pytest.fixture(scope="module")
def described():
    return Described()


def test_what_is_served_is_what_is_described(shared, described):
    answer = shared.client().get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == described.document


def test_each_route_is_described_and_each_description_has_a_route(shared, described):
    routes = {(route["method"], route["path"]): route for route in shared.routes()
              if not route["internal"]}
    assert len(routes) > 60
    there = {(operation.method.upper(), operation.path): operation for operation in described.operations}
    assert set(there) - set(routes) - OF_THE_GATEWAY == set()
    assert set(routes) - set(there) == set()
    for key, route in routes.items():
        security = there[key].source.get("security", described.document["security"])
        assert route["open"] == (not security or {} in security), key
        for_all = "everyone" in there[key].source["description"]
        assert route["open"] or for_all <= (route["roles"] == [1, 2, 3, 4, 5]), key
        assert route["open"] or "403" in there[key].source["responses"] or for_all, key


def walk(value, path=""):
    yield path, value
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from walk(item, f"{path}/{key}")


def test_every_reference_leads_somewhere(described):
    references = [value for _, value in walk(described.document) if isinstance(value, dict) and "$ref" in value]
    assert len(references) > 500
    for reference in references:
        assert follow(reference, described.document)


def test_every_example_is_valid(described):
    checked = 0
    for path, value in walk(described.document):
        if not isinstance(value, dict) or "schema" not in value and "type" not in value:
            continue
        schema = whole(value.get("schema", value), described.document, True)
        examples = [value["example"]] if "example" in value else []
        examples += [example["value"] for example in value.get("examples", {}).values() if isinstance(example, dict)]
        for example in examples:
            faults = list(jsonschema.Draft202012Validator(schema).iter_errors(example))
            assert not faults, f"{path}: {jsonschema.exceptions.best_match(faults).message}"
            checked += 1
    assert checked > 300


def test_every_body_has_an_example(described):
    for operation in described.operations:
        contents = [operation.source["requestBody"]["content"]] if "requestBody" in operation.source else []
        contents += [follow(answer, described.document).get("content", {})
                     for answer in operation.source["responses"].values()]
        for content in contents:
            for media_type, value in content.items():
                assert "example" in value or value.get("examples"), f"{operation} {media_type}"


def test_a_body_takes_only_what_is_described(described):
    for operation in described.operations:
        schema = operation.body_schema()
        if schema is None or operation.id == "replayDeadLetter":
            continue
        assert not jsonschema.Draft202012Validator(schema).is_valid({"unheardOf": 1}), operation


def test_the_page_has_no_scripts_of_others(shared):
    page = shared.client().get("/docs")
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "script-src" not in policy
    assert "<style" not in page.text and "<script>" not in page.text and "http" not in page.text
    for file, media_type in (("/docs/docs.js", "text/javascript"), ("/docs/docs.css", "text/css")):
        assert file in page.text
        assert shared.client().get(file).headers["Content-Type"].startswith(media_type)
